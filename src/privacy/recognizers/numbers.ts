// Issued numbers. The scan hands over a word that holds a digit, or may lead to one; neighbours joined by single
// separators make groups, and the lengths of groups with their separators are looked up in one table of all forms.

import { endsFree, isAlone, startsFree } from '../boundaries.ts';
import { NO_LABEL, type Sink } from '../finding.ts';
import { compactIdentifier, type Identifier, isIdentifier } from '../identifier.ts';
import { HAS_DIGIT, IS_DENSE, IS_LABEL, type View } from '../view.ts';
import { LABELS, topicOf } from '../vocabulary.ts';
import { NUMBERS } from './numbers-list.ts';

const MOST_GROUPS = 8;
const LONGEST_GROUP = 34;
/** Words longer than this stand before numbers in sentences, not inside them. */
const LONGEST_LETTERS = 6;
const SEPARATORS = ' -.:/(+';

interface Entry {
  readonly identifier: Identifier;
  readonly topic: number;
  /** The capital or digit that its pattern begins with; 0 where there are several. */
  readonly first: number;
  /** Whether the groups of this form are the issuer's own separators and thus evidence; blanks alone are weak. */
  readonly separated: boolean;
}

/** Exact for up to five groups; beyond it may collide, which costs a pattern that does not match. */
const extend = (signature: number, separator: number, length: number): number =>
  (Math.imul(signature, 0x9e3779b1) ^ ((separator << 6) | length)) | 0;

/** Forms by their signatures, in open addressing: a Map of numbers takes several times as long. */
class Forms {
  #signatures = new Int32Array(SLOTS);
  #entries = new Array<Entry[] | undefined>(SLOTS).fill(undefined);

  add(signature: number, entry: Entry): void {
    const slot = this.#slotOf(signature);
    this.#signatures[slot] = signature;
    const entries = this.#entries[slot] ?? [];
    this.#entries[slot] = entries;
    entries.push(entry);
  }

  get(signature: number): readonly Entry[] | undefined {
    return this.#entries[this.#slotOf(signature)];
  }

  /** Where the signature is, or would be. */
  #slotOf(signature: number): number {
    let slot = (signature ^ (signature >>> 15)) & (SLOTS - 1);
    while (this.#entries[slot] !== undefined && this.#signatures[slot] !== signature) slot = (slot + 1) & (SLOTS - 1);
    return slot;
  }
}

/** Several times as many as there are forms. */
const SLOTS = 1 << 12;

/** A pattern of one alternative that begins with a letter or digit as it is. */
const BEGINS_WITH = /^\^([A-Z\d])(?![?*{])[^|]*$/;

function firstOf({ source, flags }: RegExp): number {
  return flags === '' ? (BEGINS_WITH.exec(source)?.[1]?.charCodeAt(0) ?? 0) : 0;
}

function compileForms(): Forms {
  const forms = new Forms();
  for (const identifier of NUMBERS) {
    const topic = LABELS.topic(identifier.type);
    const first = firstOf(identifier.pattern);
    for (const form of identifier.forms.split('|')) {
      let signature = 0;
      for (const [, separator = '', digits = ''] of form.matchAll(/([ \-./(+:]?)(\d+)/g)) {
        signature = extend(signature, separator === '' ? 0 : SEPARATORS.indexOf(separator) + 1, Number(digits));
      }
      forms.add(signature, { identifier, topic, first, separated: /[-./(]/.test(form) });
    }
  }
  return forms;
}

const FORMS = compileForms();
const ANY_ID = topicOf('id');

/** Finds the numbers whose first group is the word `index`. */
export function recognizeNumbers(view: View, index: number, sink: Sink): void {
  const { text, units, starts, ends, kinds } = view;
  const start = starts[index] as number;
  let signature = 0;
  let separator = 0;
  let digits = false;
  for (let at = index, groups = 0; groups < MOST_GROUPS; groups += 1) {
    const kind = kinds[at] as number;
    const length = (ends[at] as number) - (starts[at] as number);
    if (length > LONGEST_GROUP || (kind & IS_DENSE) !== 0) return;
    if ((kind & HAS_DIGIT) !== 0) digits = true;
    else if (length > LONGEST_LETTERS) return;
    signature = extend(signature, separator, length);
    if (digits) {
      const entries = FORMS.get(signature);
      if (entries !== undefined)
        tryNumber(view, index, start, endOf(text, ends[at] as number, separator), entries, sink);
    }
    const behind = units[ends[at] as number] as number;
    if (at + 1 >= view.count || starts[at + 1] !== (ends[at] as number) + 1) return;
    separator = separatorOf(behind);
    if (separator === 0) return;
    // A word before a number joins it only where a number follows at once: "B AB 1234", but not every "in 2021".
    if (!digits && groups > 0 && ((kinds[at + 1] as number) & HAS_DIGIT) === 0) return;
    at += 1;
  }
}

const separatorOf = (unit: number): number => {
  switch (unit) {
    case 32:
      return 1;
    case 45:
      return 2;
    case 46:
      return 3;
    case 58:
      return 4;
    case 47:
      return 5;
    case 40:
      return 6;
    case 43:
      return 7;
    default:
      return 0;
  }
};

/** A last group in brackets ends behind the bracket. */
const endOf = (text: string, end: number, separator: number): number =>
  separator === 6 && text.charCodeAt(end) === 41 ? end + 1 : end;

function tryNumber(view: View, index: number, start: number, end: number, entries: readonly Entry[], sink: Sink): void {
  let compact: string | null = null;
  let alone: boolean | null = null;
  const near = view.hasLabel(start, end);
  const bare = end - start <= FEW_DIGITS && isBareDigits(view, start, end);
  const unit = upperOf(view.text.charCodeAt(start));
  for (const { identifier, topic, first, separated } of entries) {
    if (first !== unit && first !== 0 && unit !== 0) continue;
    const distance = near ? view.labelDistance(topic, start, end) : NO_LABEL;
    if (distance === NO_LABEL && sink.least > UNSURE && isUnsure(identifier, separated, bare && !near)) continue;
    if (compact === null) {
      if (
        (!isGlued(view, index) && !startsFree(view.text, start, isLabelled(view, index))) ||
        !endsFree(view.text, end)
      )
        return;
      if (isInRow(view, start, end)) return;
      const written = view.text.slice(start, end);
      compact = end === ends(view, index) ? written.toUpperCase() : compactIdentifier(written);
    }
    if (!isIdentifier(identifier, compact)) {
      if (identifier.rareShape && identifier.pattern.test(compact))
        sink.add(identifier.type, start, end, 0.3, 'pattern');
      continue;
    }
    const score = scoreOf(view, identifier, separated, distance, start, end);
    if (alone === null) alone = isAlone(view, start, end);
    const source =
      identifier.check !== undefined && identifier.strength !== 'shape'
        ? 'checksum'
        : distance < NO_LABEL
          ? 'context'
          : 'pattern';
    if (alone) sink.addIsolated(identifier.type, start, end, Math.max(score, 0.1), source, distance);
    else if (score > 0) sink.add(identifier.type, start, end, score, source, distance);
  }
}

/** The unit as a number without separators has it; 0 for letters outside ASCII, which may become two or others. */
const upperOf = (unit: number): number => (unit >= 0x80 ? 0 : unit >= 97 && unit <= 122 ? unit - 32 : unit);

/** The highest score of a number that no label speaks for and that `isUnsure`. */
const UNSURE = 0.45;

/** What is known before pattern and check: without a label of its own such a number is a guess whatever they say. */
const isUnsure = ({ strength }: Identifier, separated: boolean, bareWithoutLabel: boolean): boolean =>
  strength === 'strong' ? bareWithoutLabel : strength === 'shape' || !separated;

/** The blank between "is" and the number was forgotten; view.ts divides such words. */
const isGlued = (view: View, index: number): boolean =>
  index > 0 &&
  ends(view, index - 1) === (view.starts[index] as number) &&
  ((view.kinds[index - 1] as number) & IS_DENSE) === 0;

/** A label before it that is joined by a hyphen or a full stop. */
const isLabelled = (view: View, index: number): boolean => {
  const before = index - 1;
  return (
    before >= 0 &&
    ends(view, before) === (view.starts[index] as number) - 1 &&
    ((view.kinds[before] as number) & IS_LABEL) !== 0
  );
};

const ends = (view: View, index: number): number => view.ends[index] as number;

const isDigitAt = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at);
  return unit >= 48 && unit <= 57;
};

/** Groups of digits divided by blanks inside a longer row of them are a table, not a number. */
function isInRow({ text, units }: View, start: number, end: number): boolean {
  const before = start > 1 && units[start - 1] === 32 && isDigitAt(text, start) && isDigitAt(text, start - 2);
  const behind = units[end] === 32 && isDigitAt(text, end - 1) && isDigitAt(text, end + 1);
  if (!before && !behind) return false;
  const grouped = text.slice(start, end).includes(' ');
  return grouped && ((before && isShortRun(text, start - 2, -1)) || (behind && isShortRun(text, end + 1, 1)));
}

/** Two numbers beside each other are whole; a table's cells are short. */
function isShortRun(text: string, from: number, step: 1 | -1): boolean {
  let length = 0;
  while (length < 5 && isDigitAt(text, from + step * length)) length += 1;
  return length < 5 && text.charCodeAt(from + step * length) === 32;
}

/** Bare digits up to this many are too often counters, times and keys: a few of the many schemes always fit. */
const FEW_DIGITS = 13;

function scoreOf(
  view: View,
  identifier: Identifier,
  separated: boolean,
  distance: number,
  start: number,
  end: number,
): number {
  const labelled = distance < NO_LABEL;
  switch (identifier.strength) {
    case 'strong':
      if (labelled) return 0.99;
      if (end - start > FEW_DIGITS || !isBareDigits(view, start, end)) return 0.9;
      return isCalledId(view, start, end) ? 0.8 : 0.45;
    case 'medium':
      if (labelled) return 0.95;
      if (separated) return 0.6;
      return isCalledId(view, start, end) ? 0.45 : 0.35;
    case 'shape':
      return labelled ? 0.75 : 0;
    default:
      return identifier.strength satisfies never;
  }
}

function isBareDigits({ units }: View, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const unit = units[index] as number;
    if (unit < 48 || unit > 57) return false;
  }
  return true;
}

/** A person wrote "number" or "ID" before it; a program's `"id": 1` and `id=1` say nothing. */
function isCalledId(view: View, start: number, end: number): boolean {
  if (view.labelDistance(ANY_ID, start, end) >= NO_LABEL) return false;
  const { text } = view;
  let at = start - 1;
  while (at >= 0 && start - at < 4 && ' "\''.includes(text[at] as string)) at -= 1;
  return text[at] !== '=' && !(text[at] === ':' && `"'`.includes(text[at - 1] ?? ' '));
}
