import { looseForm, normaliseText, withoutMarkdown } from './normalise.ts';

/** Announcements of a choice; the last one in the text counts, since models correct themselves. */
const CHOICE_ANNOUNCEMENTS = [
  /\\boxed\{\s*(?:\\text\{)?\s*\(?([A-J])\)?/gu,
  /(?:correct answer|final answer|best answer|answer|choice|correct option)\s*(?:is|:|=|would be)+\s*(?:option\s*)?(?:\\boxed\{)?[("'[]*([A-J])(?![A-Za-z'’])/giu,
  /(?:正确答案|答案|选项|应选|故选|选择|选)\s*(?:是|为|:|：|选|应为)*\s*["'“(（]*([A-J])(?![A-Za-z])/gu,
];

/** An answer that is nothing but a choice: "B", "(B)", "B.", "B) Paris", "Option B", "B：巴黎". */
const BARE_CHOICE = /^(?:option\s+)?[("'[]*([A-J])(?:[)\]."':：、,]|$)/iu;

/**
 * The letter that an answer chooses, upper case, or null. Never guesses: a lone "I" or "A" inside a sentence is no choice,
 * and a letter beyond the given number of options is none either.
 */
export function chosenLetter(text: string, options: number): string | null {
  const plain = withoutMarkdown(text.normalize('NFKC')).trim();
  for (const pattern of CHOICE_ANNOUNCEMENTS) {
    const last = [...plain.matchAll(pattern)].at(-1);
    const letter = last === undefined ? null : withinOptions(last[1], options);
    if (letter !== null) return letter;
  }
  const lines = plain
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  for (const line of [lines.at(-1), lines[0]]) {
    const letter = withinOptions(BARE_CHOICE.exec(line ?? '')?.[1], options);
    if (letter !== null) return letter;
  }
  return null;
}

function withinOptions(letter: string | undefined, options: number): string | null {
  if (letter === undefined) return null;
  const upper = letter.toUpperCase();
  return upper.charCodeAt(0) - 65 < options ? upper : null;
}

/** Which of some labels an answer gives: it is one of them, or names exactly one of them. null where none or several. */
export function chosenLabel(text: string, labels: readonly string[]): string | null {
  const whole = looseForm(text);
  const same = labels.find((label) => looseForm(label) === whole);
  if (same !== undefined) return same;
  const plain = normaliseText(withoutMarkdown(text)).toLowerCase();
  const named = labels.filter((label) => {
    const escaped = label.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u').test(plain);
  });
  return named.length === 1 ? (named[0] as string) : null;
}
