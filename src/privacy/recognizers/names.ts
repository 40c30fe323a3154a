// Names of people, organisations and places by capital letters, the words around them and our lists. Without a model
// this is guessing by rule: scores say how good the guess is, and only the good ones are masked by default.

import type { Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import { eachNameRun, type Guess, type NameRun } from '../name-runs.ts';
import { HAS_LOWER, IS_LABEL, STARTS_UPPER, type View } from '../view.ts';
import { byGerman } from './german-names.ts';
import { isGreeted, isSignature } from './letters.ts';
import { byLine } from './name-lines.ts';
import { recognizeNationalities } from './nationalities.ts';
import { byOrganisation, endOfOrganisation, isShout, organisationScore } from './organisation-names.ts';
import {
  isInAddress,
  isMadeOf,
  isNameShaped,
  isWhatSomebodyIs,
  leaveOffice,
  namesInAddresses,
  withEvidence,
} from './person-evidence.ts';
import { isGerman } from './prose-language.ts';
import { byTitle, isTitle } from './titles.ts';

const PLACE = FLAG.city | FLAG.region | FLAG.country;

export function recognizeNames(view: View, sink: Sink): void {
  const german = isGerman(view);
  /** Runs that may yet turn out to be somebody whom the text names for certain elsewhere. */
  const open: { run: NameRun; guess: Guess | null }[] = [];
  const known = new Set<string>();
  eachNameRun(view, german, (run) => {
    const trimmed = trim(view, run);
    if (trimmed === null) return;
    leaveOffice(view, trimmed);
    if (isWhatSomebodyIs(view, trimmed)) return;
    const guess = withEvidence(view, trimmed, classify(view, trimmed, german));
    if (isLabelOfNumber(view, trimmed, guess)) return;
    if (guess !== null && guess.type !== 'person') add(view, trimmed, guess, sink);
    else if (guess === null || guess.score < SURE_PERSON) open.push({ run: trimmed, guess });
    else {
      add(view, trimmed, guess, sink);
      noteWords(view, trimmed, known);
    }
  });
  settle(view, open, known, sink);
  recognizeNationalities(view, sink);
}

/** "Passport No", "Steuer-ID", "Taiwan ID": a capital and nothing else speaks for a person, and the word for something else. */
function isLabelOfNumber(view: View, { last }: NameRun, guess: Guess | null): boolean {
  if (guess !== null && (guess.type !== 'person' || guess.score >= SURE_PERSON || guess.source === 'list'))
    return false;
  return (
    ((view.kinds[last] as number) & IS_LABEL) !== 0 &&
    ((view.flags[last] as number) & (FLAG.givenName | FLAG.surname)) === 0
  );
}

/** From here on a name is masked, and what it is made of is somebody's wherever it stands in the text. */
const SURE_PERSON = 0.8;

/** Only from names that a title or a name of our lists vouches for: products are called by several words, too. */
function noteWords(view: View, { first, last }: NameRun, known: Set<string>): void {
  if (!isNameShaped(view, first, last) || !isVouchedFor(view, first, last)) return;
  for (let index = first; index <= last; index += 1) {
    const word = view.word(index);
    if (word.length >= 3 && ((view.flags[index] as number) & FLAG.particle) === 0) known.add(word.toLowerCase());
  }
}

function isVouchedFor(view: View, first: number, last: number): boolean {
  if (first > 0 && isTitle(view, first - 1) && isNeighbour(view, first - 1, true)) return true;
  for (let index = first; index <= last && last > first; index += 1)
    if (((view.flags[index] as number) & (FLAG.givenName | FLAG.surname)) !== 0) return true;
  return false;
}

function settle(
  view: View,
  open: readonly { run: NameRun; guess: Guess | null }[],
  known: ReadonlySet<string>,
  sink: Sink,
): void {
  if (open.length === 0) return;
  const inAddresses = namesInAddresses(view);
  for (const { run, guess } of open) {
    const sure =
      (known.size > 0 || inAddresses.count > 0) &&
      isNameShaped(view, run.first, run.last, true) &&
      (isMadeOf(view, run, known, false) || isInAddress(view, run, inAddresses));
    if (sure) add(view, run, { type: 'person', score: SURE_PERSON, source: 'context' }, sink);
    else if (guess !== null) add(view, run, guess, sink);
  }
}

function add(view: View, run: NameRun, { type, score, source }: Guess, sink: Sink): void {
  sink.add(
    type,
    view.starts[run.first] as number,
    type === 'organization' ? endOfOrganisation(view, run) : (view.ends[run.last] as number),
    score,
    source,
  );
}

/** Words at either end that are no part of a name: what begins a sentence, titles, months. */
function trim(view: View, run: NameRun): NameRun | null {
  if (run.first > 0 && isTitle(view, run.first - 1) && isNeighbour(view, run.first - 1, true)) return run;
  if (run.last > run.first && isTitle(view, run.first) && view.word(run.first).length > 1) return run;
  if (isAllCommon(view, run) || isLabel(view, run)) return null;
  let { first, initial } = run;
  while (first <= run.last && isNoName(view, first, run.last, initial)) {
    first += 1;
    initial = false;
  }
  // "Kannst du Jane Roe anrufen": French has the same word inside names.
  if (first > run.first && first < run.last && view.word(first) === 'du') first += 1;
  let { last } = run;
  while (last > first && isCalendarOrParticle(view, first, last)) last -= 1;
  if (first > last) return null;
  run.initial = initial && first === run.first;
  run.first = first;
  run.last = last;
  return run;
}

/** Whether the first word of what is left of a run belongs to the sentence rather than to a name. */
function isNoName(view: View, first: number, last: number, initial: boolean): boolean {
  const flag = view.flags[first] as number;
  if ((view.spans[first] as number) > 1 && (flag & (PLACE | FLAG.nationality)) !== 0) return false;
  if ((flag & FLAG.nationality) !== 0) return (flag & (FLAG.givenName | FLAG.surname | PLACE)) === 0;
  if ((flag & (FLAG.month | FLAG.weekday)) !== 0) return (flag & FLAG.givenName) === 0;
  if ((flag & FLAG.greeting) !== 0 && initial) return true;
  if ((flag & FLAG.common) !== 0) {
    if (first === last && (flag & (FLAG.givenName | PLACE)) !== 0 && !initial) return false;
    return !keepsCommon(view, first, last, initial);
  }
  // A heading in capitals before the sentence's own words.
  const shouted = ((view.kinds[first] as number) & HAS_LOWER) === 0 && view.word(first).length > 1;
  const goesOn = ((view.kinds[first + 1] as number) & HAS_LOWER) === 0;
  return shouted && initial && first < last && !goesOn && (flag & (FLAG.organisation | PLACE)) === 0;
}

function isCalendarOrParticle(view: View, first: number, last: number): boolean {
  const flag = view.flags[last] as number;
  if ((flag & (FLAG.month | FLAG.weekday | FLAG.particle)) === 0 || (flag & FLAG.surname) !== 0) return false;
  return ((view.flags[first] as number) & FLAG.givenName) === 0;
}

/** "Labor Day", "Terms And Conditions": headings, not names. */
function isAllCommon(view: View, { first, last }: NameRun): boolean {
  for (let index = first; index <= last; index += 1) {
    const flag = view.flags[index] as number;
    if ((flag & (FLAG.common | FLAG.month)) === 0 || (flag & (FLAG.givenName | FLAG.surname | PLACE)) !== 0)
      return false;
  }
  return true;
}

/** "Straße:", "First name:" and a title whose name stands elsewhere. */
function isLabel(view: View, { first, last }: NameRun): boolean {
  if (first === last && isTitle(view, first)) return true;
  const isField = ((view.flags[first] as number) & FLAG.field) !== 0 && (view.spans[first] as number) > last - first;
  return isField && ':=;|\t'.includes(view.text[view.ends[last] as number] ?? ' ');
}

/** A common word inside a name: "Bank of America", "White Stripes", "Will Smith", where a capitalised word follows. */
function keepsCommon(view: View, first: number, last: number, initial: boolean): boolean {
  const flag = view.flags[first] as number;
  if (first === last) return (flag & (FLAG.givenName | FLAG.surname)) !== 0 && !initial;
  const next = view.flags[first + 1] as number;
  if ((flag & FLAG.givenName) !== 0 && (next & FLAG.common) === 0) return true;
  if (initial) return false;
  return (flag & (FLAG.english | FLAG.german)) === 0;
}

function classify(view: View, run: NameRun, german: boolean): Guess | null {
  return (
    byTitle(view, run) ??
    byLetter(view, run) ??
    byStreet(view, run) ??
    byOrganisation(view, run) ??
    byList(view, run) ??
    byGivenName(view, run, german) ??
    (isShout(view, run) ? null : byLine(view, run)) ??
    (isShout(view, run)
      ? byLabel(view, run)
      : german
        ? (byLabel(view, run) ?? byGerman(view, run))
        : byContext(view, run))
  );
}

/** Whom people write to that is no person. */
const MACHINE = /^(?:Claude|Gemini|Mistral|Grok|Llama|Bard|Kimi|Qwen)$/;

function byLetter(view: View, run: NameRun): Guess | null {
  if (run.first === run.last && MACHINE.test(view.word(run.first))) return null;
  for (let index = run.first; index <= run.last; index += 1) {
    const flag = view.flags[index] as number;
    if ((flag & (FLAG.organisation | FLAG.job)) !== 0) return null;
    if ((flag & FLAG.common) !== 0 && (flag & (FLAG.givenName | FLAG.surname)) === 0) return null;
  }
  return isGreeted(view, run) || isSignature(view, run) ? { type: 'person', score: 0.85, source: 'context' } : null;
}

/** "Bramblewood Crescent" without a number. Words that end much else ("Way", "Place", "View") are left out. */
function byStreet(view: View, run: NameRun): Guess | null {
  if (
    run.last === run.first ||
    ((view.flags[run.last] as number) & FLAG.street) === 0 ||
    !/^(?:Street|Avenue|Road|Lane|Drive|Boulevard|Crescent|Terrace|Parkway|Highway|Close|Mews)$/.test(
      view.word(run.last),
    )
  )
    return null;
  return { type: 'address', score: 0.6, source: 'context' };
}

function byList(view: View, run: NameRun): Guess | null {
  const { flags, spans } = view;
  const flag = flags[run.first] as number;
  const span = spans[run.first] as number;
  const whole = run.first + span - 1 === run.last;
  if (whole && (flag & FLAG.nationality) !== 0 && (flag & PLACE) === 0)
    return { type: 'nationality', score: 0.6, source: 'list' };
  if (whole && (flag & PLACE) !== 0) {
    const ambiguous = span === 1 && (flag & (FLAG.givenName | FLAG.surname | FLAG.common)) !== 0;
    if (ambiguous && !isBeforePlace(view, run.first)) return null;
    return { type: placeType(flag), score: 0.65, source: 'list' };
  }
  // "Paris Street" and "London Bridge" are neither the city nor a person.
  if ((flag & PLACE) !== 0 && run.last > run.first && (flag & (FLAG.givenName | FLAG.surname)) === 0) {
    const next = flags[run.first + span] as number;
    if ((next & PLACE) !== 0 && run.first + span <= run.last) {
      run.last = run.first + span - 1;
      return { type: placeType(flag), score: 0.65, source: 'list' };
    }
  }
  return null;
}

const placeType = (flag: number): string =>
  (flag & FLAG.country) !== 0 ? 'country' : (flag & FLAG.city) !== 0 ? 'city' : 'region';

function byGivenName(view: View, run: NameRun, german: boolean): Guess | null {
  const flag = view.flags[run.first] as number;
  if ((flag & FLAG.givenName) === 0) return null;
  if (run.last === run.first) {
    if (german && (flag & FLAG.common) !== 0) return null;
    return { type: 'person', score: isLabelledPerson(view, run.first) ? 0.85 : 0.6, source: 'list' };
  }
  const surname = ((view.flags[run.last] as number) & FLAG.surname) !== 0;
  return { type: 'person', score: surname ? 0.85 : 0.8, source: 'list' };
}

const isBeforePlace = (view: View, index: number): boolean => {
  const before = index - 1;
  return before >= 0 && ((view.flags[before] as number) & FLAG.beforePlace) !== 0 && isNeighbour(view, before);
};

const isNeighbour = (view: View, before: number, abbreviated = false): boolean =>
  (abbreviated ? /^\.? $/ : /^(?: |, |: | ")$/).test(view.text.slice(view.ends[before], view.starts[before + 1]));

/** A label within three words before: "my name is", "Name:", "Herr", "guardian". */
function isLabelledPerson(view: View, index: number): boolean {
  for (let back = 1; back <= 4 && index - back >= 0; back += 1) {
    const at = index - back;
    const flag = view.flags[at] as number;
    const gap = view.text.slice(view.ends[at], view.starts[at + 1]);
    if (gap.length > 8 || /[.!?;]/.test(gap)) return false;
    if ((flag & FLAG.beforePerson) !== 0 && (view.spans[at] as number) === back && (view.spans[at] as number) >= 2)
      return true;
    if (back === 1 && (flag & FLAG.beforePerson) !== 0 && /:/.test(gap)) return !isNameOfThing(view, at);
    if (back === 1 && /^(?:heiße|llamo|appelle|named|called|dear|chiamo|guardian)$/i.test(view.word(at))) return true;
  }
  return false;
}

/** "file_name:" and "Product name:" are followed by no person. */
function isNameOfThing(view: View, index: number): boolean {
  const before = index - 1;
  if (
    before < 0 ||
    !/^name$/i.test(view.word(index)) ||
    (view.starts[index] as number) - (view.ends[before] as number) !== 1
  )
    return false;
  if ('_-.'.includes(view.text[view.ends[before] as number] ?? ' ')) return true;
  return /^(?:file|folder|host|domain|product|project|package|class|method|function|variable|server|service|event|brand|table|column|field|display|model|group|team|app|application|database|bucket|cluster|key|tag|branch|repository|image|job|task|queue|topic|index|role|policy|rule|tool|company|business|city|street|country|course|ship|drug|trade|code|common)$/i.test(
    view.word(before),
  );
}

function byLabel(view: View, run: NameRun): Guess | null {
  return isLabelledPerson(view, run.first) && !isShout(view, run)
    ? { type: 'person', score: 0.85, source: 'context' }
    : null;
}

const isLineStart = (view: View, run: NameRun): boolean => {
  const start = view.starts[run.first] as number;
  return start === 0 || view.text.charCodeAt(start - 1) === 10;
};

/** Several words go on behind the colon, as in talk; forms have a value there. */
const isSpeech = (view: View, run: NameRun): boolean =>
  /^: ?(?:[^\s:]+ ){2,}[^\s:]/.test(view.text.slice(view.ends[run.last], (view.ends[run.last] as number) + 80));

/** "Verkäufer: Jane Roe": two capitals behind the colon, one word before it. */
const isBeforeName = (view: View, run: NameRun): boolean =>
  run.first === run.last &&
  /^: \p{Lu}\p{Ll}+ \p{Lu}\p{Ll}/u.test(view.text.slice(view.ends[run.last], (view.ends[run.last] as number) + 32));

const MOTION =
  /^(?:flew|fly|return|returned|returning|moved|moving|move|travel|travelled|traveled|travelling|go|going|went|come|coming|came|drive|drove|relocated|relocate|trip|train|flight|bus|back|way|welcome|ship|shipped)$/i;

function byContext(view: View, run: NameRun): Guess | null {
  const labelled = byLabel(view, run);
  if (labelled !== null) return labelled;
  const before = run.first - 1;
  const word = before >= 0 && isNeighbour(view, before) ? view.word(before).toLowerCase() : '';
  const behind =
    run.last + 1 < view.count ? view.text.slice(view.ends[run.last], (view.ends[run.last] as number) + 2) : '';
  const next = behind.startsWith(' ') ? view.word(run.last + 1).toLowerCase() : '';
  const organisation = organisationScore(view, run, word, next);
  if (organisation > 0) return { type: 'organization', score: organisation, source: 'context' };
  if (isStreetNext(run, next)) return { type: 'address', score: 0.5, source: 'context' };
  const possessive = /^'s?/.test(behind);
  if (!possessive && isPlaceHere(view, before, word, next)) return { type: 'city', score: 0.5, source: 'context' };
  const many = run.last > run.first;
  if (possessive || isSubject(view, run, behind, next))
    return { type: 'person', score: many ? 0.6 : 0.45, source: 'context' };
  if (run.initial && !many) return null;
  return { type: 'person', score: many ? 0.55 : 0.4, source: 'context' };
}

/** Before a verb that people are the subject of, before another name, or as a speaker at the beginning of a line. */
function isSubject(view: View, run: NameRun, behind: string, next: string): boolean {
  if (behind.startsWith(':'))
    return run.initial && isLineStart(view, run) && isSpeech(view, run) && !isBeforeName(view, run);
  if (!behind.startsWith(' ')) return false;
  if (((view.flags[run.last + 1] as number) & FLAG.afterPerson) !== 0) return true;
  return next === 'and' && run.last + 2 < view.count && ((view.kinds[run.last + 2] as number) & STARTS_UPPER) !== 0;
}

const isStreetNext = (run: NameRun, next: string): boolean => {
  if (!/^(?:street|road|avenue|lane|boulevard|square)$/.test(next)) return false;
  return run.last - run.first < 4;
};

function isPlaceHere(view: View, before: number, word: string, next: string): boolean {
  if (/^(?:city|town|village|county|province|bridge|region|airport)$/.test(next)) return true;
  if (word === '') return false;
  if (word === 'to')
    return before > 0 && (MOTION.test(view.word(before - 1)) || ((view.flags[before - 1] as number) & PLACE) !== 0);
  if (word === 'from') return next !== 'at';
  if (word === 'at')
    return before > 0 && /^(?:arrived|arrive|arrives|arriving|landed|stopped|docked)$/i.test(view.word(before - 1));
  return (
    /^(?:in|city|town|near|visit|visited|visiting|across|outside|around|aus|nach|en|à)$/.test(word) &&
    ((view.flags[before] as number) & FLAG.beforePlace) !== 0
  );
}
