// Names where letters and messages have them: behind the greeting, and below or behind the words they close with.

import { FLAG } from '../lexicon.ts';
import type { NameRun } from '../name-runs.ts';
import { STARTS_UPPER, type View } from '../view.ts';

/** What letters close with, at the end of the line before a name or of what stands before it in the same line. */
const CLOSING =
  /(?:^|[\s,.!])(?:(?:kind|best|warm|many|with|warmest|kindest)?\s?(?:regards|wishes)|sincerely(?: yours)?|yours (?:sincerely|faithfully|truly)|respectfully|cheers|best|thanks|many thanks|thank you|love|xoxo|take care|(?:mit )?(?:freundlichen?|herzlichen?|besten?|lieben?|vielen?|viele|liebe|beste|herzliche|freundliche|schöne)n? gr(?:ü|ue)(?:ß|ss)e?n?|gr(?:u|ü)(?:ß|ss)e?|hochachtungsvoll|vielen dank|lg|vg|mfg|bg|cordialement|bien (?:à vous|cordialement)|sincèrement|bises|bisous|amitiés|amicalement|merci|respectueusement|(?:un )?(?:cordial )?saludos?|saludos cordiales|atentamente|besos|(?:un )?abrazos?|gracias|cordiali saluti|saluti|atenciosamente|abraços|att|atte|cumprimentos|com os melhores cumprimentos|un saludo|distinti saluti|cordialmente|un abbraccio|grazie|(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:jes|en)?|hoogachtend|mvg|z (?:poważaniem|wyrazami szacunku)|(?:serdecznie )?pozdrawiam(?: serdecznie)?|saygılar(?:ımla|ımızla)|sevgiler(?:le|imle)?|iyi çalışmalar|(?:med )?(?:vänliga?|vennlig|venlig) hilsen|(?:med )?vänliga? hälsning(?:ar)?|hälsningar|hilsen|mvh|с уважением)[\s,.!:–-]*$/i;

const LONGEST = 48;

/** Whether a run is how a letter or message is signed: it ends its line, and the words before it close a letter. */
export function isSignature(view: View, run: NameRun): boolean {
  if (run.last - run.first > 4) return false;
  const { text } = view;
  const start = view.starts[run.first] as number;
  const end = view.ends[run.last] as number;
  if (!isLineEnd(view, end)) return false;
  const before = text.slice(Math.max(0, start - LONGEST), start);
  return CLOSING.test(
    before.replace(/[\s>*_–-]+(?:(?:dein|deine|euer|eure|ihr|ihre|ton|ta|votre|tu|su|your) )?$/i, ''),
  );
}

/** Whether nothing but blanks, full stops and commas follows in the line, a few at most. */
function isLineEnd({ text, units }: View, from: number): boolean {
  let at = from;
  const limit = Math.min(text.length, from + 12);
  while (at < limit && (units[at] === 32 || units[at] === 9 || units[at] === 46 || units[at] === 44)) at += 1;
  if (at === limit) return true;
  return units[at] === 10 || (units[at] === 13 && at + 1 < limit && units[at + 1] === 10);
}

/** Whether a run stands behind the greeting that a message begins with: `Hi Orla,`, `Hallo Ronja!`. */
export function isGreeted(view: View, run: NameRun): boolean {
  const { text, starts, ends, flags, kinds } = view;
  const before = run.first - 1;
  if (before < 0 || run.last - run.first > 3 || ((flags[before] as number) & FLAG.greeting) === 0) return false;
  if (((kinds[before] as number) & STARTS_UPPER) === 0 && before > 0) return false;
  if (text.slice(ends[before], starts[run.first]) !== ' ') return false;
  return /^(?:[,!:]|\s*(?:\n|$)| (?:and|und|et|y|&) \p{Lu})/u.test(
    text.slice(ends[run.last], (ends[run.last] as number) + 8),
  );
}
