import { endsFree, startsFree } from '../boundaries.ts';
import { isWordCode } from '../characters.ts';
import { mod97 } from '../checksums.ts';
import type { Sink } from '../finding.ts';
import type { View } from '../view.ts';

/** Lengths by country: SWIFT's IBAN registry, release 99, and the countries that use the format outside it. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 ' +
    'FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 ' +
    'LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 ' +
    'RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30 ' +
    'AO25 BF28 BJ28 CF27 CG27 CI28 CM27 CV25 DZ26 GA27 GQ27 GW25 IR26 KM27 MA28 MG27 ML28 MZ25 NE28 SN28 TD27 TG28'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** International bank account numbers: the country's length and ISO 7064 mod 97-10; 1 % of random ones pass. */
export function recognizeIban(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const start = view.starts[index] as number;
  if (!isDigitAt(text, start + 2) || !isDigitAt(text, start + 3) || (view.ends[index] as number) - start < 4) return;
  const length = LENGTHS[text.slice(start, start + 2).toUpperCase()];
  if (length === undefined) return;
  let compact = '';
  let end = start;
  while (compact.length < length) {
    const unit = text.charCodeAt(end);
    if (isAlphanumeric(unit)) compact += text[end];
    else if (!isSeparator(unit) || !isAlphanumeric(text.charCodeAt(end + 1))) return;
    end += 1;
  }
  if (isWordCode(text.charCodeAt(end)) || !startsFree(text, start, true) || !endsFree(text, end)) return;
  // ISO 13616 knows capitals; people write small letters throughout, keys and hashes mix them.
  if (/[a-z]/.test(compact.slice(4)) && /[A-Z]/.test(compact.slice(4))) return;
  if (mod97(compact.slice(4) + compact.slice(0, 4)) === 1) sink.add('iban', start, end, 0.99, 'checksum');
}

const isSeparator = (unit: number): boolean => unit === 32 || unit === 45;
const isDigitAt = (text: string, at: number): boolean => text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57;
const isAlphanumeric = (unit: number): boolean =>
  (unit >= 48 && unit <= 57) || ((unit | 32) >= 97 && (unit | 32) <= 122);
