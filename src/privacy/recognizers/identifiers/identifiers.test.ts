import { describe, expect, it } from 'vitest';
import { detect } from '../../detect.ts';
import { compactIdentifier, isIdentifier } from '../../identifier.ts';
import { NUMBERS } from '../numbers-list.ts';
import { findAll, findSure } from '../test-find.ts';
import { NUMBER_SAMPLES } from './test-numbers.ts';

const ofType = (type: string) => NUMBERS.filter((identifier) => identifier.type === type);
const accepts = (type: string, written: string): boolean =>
  ofType(type).some((identifier) => isIdentifier(identifier, compactIdentifier(written)));

/** Every number that differs in one digit, which a check digit must notice. */
function nearMisses(written: string): string[] {
  const misses: string[] = [];
  for (let at = 0; at < written.length; at += 1) {
    if (!/\d/.test(written[at] as string)) continue;
    for (let digit = 0; digit < 10; digit += 1) {
      if (String(digit) !== written[at]) misses.push(written.slice(0, at) + digit + written.slice(at + 1));
    }
  }
  return misses;
}

describe('issued numbers', () => {
  it('have a sample of every type', () => {
    const types = [...new Set(NUMBERS.map(({ type }) => type))].sort();
    expect(NUMBER_SAMPLES.map(([type]) => type).sort()).toEqual(types);
  });

  it('are of at least 25 countries that issue numbers to people', () => {
    const personal = NUMBERS.filter(({ dataClass, masked }) => dataClass.startsWith('personal') && masked !== false);
    const countries = new Set(personal.map(({ type }) => /^([a-z]{2})_/.exec(type)?.[1]).filter(Boolean));
    expect(countries.size).toBeGreaterThanOrEqual(25);
  });

  it.each(NUMBER_SAMPLES)('finds %s exactly, beside its label', (type, number, label) => {
    const text = `Hinweis/note: ${label}: ${number} (checked).`;
    const found = detect(text, { nested: true }).filter((finding) => finding.type === type);
    expect(found).toMatchObject([{ start: text.indexOf(number), end: text.indexOf(number) + number.length }]);
    expect(found[0]?.score).toBeGreaterThanOrEqual(0.75);
  });

  it.each(NUMBER_SAMPLES)('reports %s alone on its line, however unsure', (type, number) => {
    const text = `\n${number}\n`;
    const found = detect(text, { leastScore: 0, nested: true }).filter((finding) => finding.type === type);
    expect(found).toMatchObject([{ start: 1, end: 1 + number.length }]);
  });

  it.each(NUMBER_SAMPLES)('does not take %s for one when more digits or letters touch it', (type, number) => {
    const compact = number.replace(/\W/g, '');
    for (const text of [`x${compact}x`, `_${compact}_`, `99${compact}99`]) {
      const found = detect(text, { leastScore: 0, nested: true });
      expect(
        found.filter((finding) => finding.type === type && finding.start > 0 && finding.end < text.length),
      ).toEqual([]);
    }
  });

  it.each(NUMBER_SAMPLES.filter(([type]) => ofType(type).every(({ strength }) => strength !== 'shape')))(
    'knows most numbers that differ from %s in one digit as wrong',
    (type, number) => {
      const misses = nearMisses(number);
      const accepted = misses.filter((miss) => accepts(type, miss));
      // Digits that say no more than a place or serial number in schemes whose check covers less than all.
      const WEAK: readonly string[] = [
        'pk_cnic',
        'in_pan',
        'dk_cpr',
        'us_mbi',
        'my_nric',
        'de_trade_register',
        'mx_rfc',
        'id_npwp',
        'uk_driving_licence',
        'au_medicare',
        'gt_cui',
        'kr_frn',
        'kr_rrn',
        'at_social_security',
        'uk_nino',
        'de_doctor_number',
        'cz_birth_number',
      ];
      if (!WEAK.includes(type)) expect(accepted.length / misses.length, accepted.join(' ')).toBeLessThan(0.17);
    },
  );

  it.each([
    ['us_ssn', ['000-12-3456', '666-12-3456', '912-12-3456', '536-00-4399', '536-90-0000', '078-05-1120']],
    ['cn_resident_id', ['360426199113010071', '990426199101010071', '360426199101010072']],
    ['de_tax_id', ['12345678903', '01234567890', '11111111111']],
    ['uk_nino', ['GB123456A', 'DA123456A', 'AB123456E']],
    ['credit_card', ['4012888888881882', '9012888888881881']],
    ['in_aadhaar', ['139876243281', '399876243282']],
    ['it_fiscal_code', ['AAMAAE08B11C333C']],
    ['es_nif', ['82345488A']],
    ['sg_nric_fin', ['F0202401K', 'A0202401L']],
    ['pl_pesel', ['09923502861', '09922502862']],
    ['kr_rrn', ['960132-1235537', '961321-1235537']],
  ])('refuses numbers that %s never has', (type, numbers) => {
    for (const number of numbers) expect(accepts(type, number), number).toBe(false);
  });

  it('a shape that little else has is a guess where its check does not hold, and never sure', () => {
    for (const [type, number] of [
      ['in_gstin', '17AAPRU6939F1ZX'],
      ['cn_resident_id', '36042619910101007X'],
    ] as const) {
      expect(findAll(`Ask for ${number} there`, type)).toEqual([`${type} ${number}`]);
      expect(findSure(`Ask for ${number} there`, type)).toEqual([]);
    }
    expect(findAll('Ask for 17AAPRU6939F1YX there', 'in_gstin')).toEqual([]);
  });

  it('a missing blank behind "is" hides no number', () => {
    expect(findAll('my personnummer is610919-9536.', 'se_personnummer')).toEqual(['se_personnummer 610919-9536']);
    expect(findAll('my personnummer this610919-9536.', 'se_personnummer')).toEqual([]);
  });

  it('digits of a German VAT number may be divided by different signs', () => {
    expect(findAll('DE 639-273.218', 'de_vat_id')).toEqual(['de_vat_id DE 639-273.218']);
  });
});
