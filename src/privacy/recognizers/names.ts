// Names of people, organisations and places by capital letters, the words around them and our lists. Without a model
// this is guessing by rule: scores say how good the guess is, and only the good ones are masked by default.

import type { Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import { type NameRun, nameRuns } from '../name-runs.ts';
import { HAS_DIGIT, HAS_LOWER, STARTS_UPPER, type View } from '../view.ts';
import { isGerman } from './prose-language.ts';

const PLACE = FLAG.city | FLAG.region | FLAG.country;

interface Guess {
  type: string;
  score: number;
  source: 'context' | 'list' | 'pattern';
}

export function recognizeNames(view: View, sink: Sink): void {
  const german = isGerman(view);
  for (const run of nameRuns(view)) {
    const trimmed = trim(view, run);
    const guess = trimmed === null ? null : classify(view, trimmed, german);
    if (trimmed !== null && guess !== null) add(view, trimmed, guess, sink);
  }
  recognizeNationalities(view, sink);
}

function add(view: View, run: NameRun, { type, score, source }: Guess, sink: Sink): void {
  sink.add(type, view.starts[run.first] as number, endOfName(view, run, type), score, source);
}

/** "Acme Inc." and "Smith, Jones and Brown" go on behind the run. */
function endOfName(view: View, run: NameRun, type: string): number {
  const end = view.ends[run.last] as number;
  if (type !== 'organization') return end;
  return view.text.charCodeAt(end) === 46 && /^(?:Inc|Ltd|Corp|Co|Bros|Cie)$/.test(view.word(run.last)) ? end + 1 : end;
}

/** Words at either end that are no part of a name: what begins a sentence, titles, months. */
function trim(view: View, run: NameRun): NameRun | null {
  if (run.first > 0 && isTitle(view, run.first - 1) && isNeighbour(view, run.first - 1, true)) return run;
  if (run.last > run.first && isTitle(view, run.first) && view.word(run.first).length > 1) return run;
  if (isAllCommon(view, run)) return null;
  let { first, initial } = run;
  while (first <= run.last && isNoName(view, first, run.last, initial)) {
    first += 1;
    initial = false;
  }
  let { last } = run;
  while (last > first && isCalendarOrParticle(view, first, last)) last -= 1;
  return first > last ? null : { first, last, initial: initial && first === run.first, line: run.line };
}

/** Whether the first word of what is left of a run belongs to the sentence rather than to a name. */
function isNoName(view: View, first: number, last: number, initial: boolean): boolean {
  const flag = view.flags[first] as number;
  if ((view.spans[first] as number) > 1 && (flag & (PLACE | FLAG.nationality)) !== 0) return false;
  if ((flag & FLAG.nationality) !== 0) return (flag & (FLAG.givenName | FLAG.surname | PLACE)) === 0;
  if ((flag & (FLAG.month | FLAG.weekday)) !== 0) return (flag & FLAG.givenName) === 0;
  if ((flag & FLAG.common) !== 0) {
    if (first === last && (flag & (FLAG.givenName | PLACE)) !== 0 && !initial) return false;
    return !keepsCommon(view, first, last, initial);
  }
  // A heading in capitals before the sentence's own words.
  const shouted = ((view.kinds[first] as number) & HAS_LOWER) === 0 && view.word(first).length > 1;
  return shouted && initial && first < last && (flag & (FLAG.organisation | PLACE)) === 0;
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
    byStreet(view, run) ??
    byOrganisation(view, run) ??
    byList(view, run) ??
    byGivenName(view, run, german) ??
    (isShout(view, run) ? null : byLine(view, run)) ??
    (german || isShout(view, run) ? byLabel(view, run) : byContext(view, run))
  );
}

/** Words in capitals throughout say nothing by their capital. */
const isShout = (view: View, run: NameRun): boolean => {
  for (let index = run.first; index <= run.last; index += 1) {
    if (((view.kinds[index] as number) & HAS_LOWER) !== 0) return false;
  }
  return true;
};

function byTitle(view: View, run: NameRun): Guess | null {
  const { text, starts, ends, flags } = view;
  // "Dr" is a street's end too; a title stands before a name.
  let titled = run.first;
  while (titled < run.last && isTitle(view, titled)) titled += 1;
  if (titled > run.first) {
    run.first = titled;
    return { type: 'person', score: 0.9, source: 'context' };
  }
  const before = run.first - 1;
  if (before < 0 || ((flags[before] as number) & FLAG.title) === 0 || !isTitle(view, before)) return null;
  const gap = text.slice(ends[before], starts[run.first]);
  return gap === ' ' || gap === '. ' ? { type: 'person', score: 0.9, source: 'context' } : null;
}

const isTitle = (view: View, index: number): boolean =>
  ((view.flags[index] as number) & FLAG.title) !== 0 && ((view.kinds[index] as number) & STARTS_UPPER) !== 0;

/** "Bramblewood Crescent" without a number. Words that end much else ("Way", "Place", "View") are left out. */
function byStreet(view: View, run: NameRun): Guess | null {
  if (
    run.last === run.first ||
    !/^(?:Street|Avenue|Road|Lane|Drive|Boulevard|Crescent|Terrace|Parkway|Highway|Close|Mews)$/.test(
      view.word(run.last),
    )
  )
    return null;
  return { type: 'address', score: 0.6, source: 'context' };
}

function byOrganisation(view: View, run: NameRun): Guess | null {
  const { flags } = view;
  const last = flags[run.last] as number;
  const named = (view.ends[run.last - 1] as number) - (view.starts[run.first] as number) > 2;
  // "B AB 1234" is a licence plate.
  const numbered =
    ((view.kinds[run.last + 1] as number) & HAS_DIGIT) !== 0 &&
    view.starts[run.last + 1] === (view.ends[run.last] as number) + 1;
  if (
    run.last > run.first &&
    named &&
    !(numbered && isShout(view, { ...run, first: run.last })) &&
    (last & FLAG.organisation) !== 0
  )
    return { type: 'organization', score: 0.75, source: 'context' };
  for (let index = run.first; index < run.last; index += 1) {
    if (
      ((flags[index] as number) & FLAG.organisation) !== 0 &&
      /^(?:University|Bank|Ministry|Department|Institute|Hospital|Banque|Banco|Universität|Université|Universidad|Club|Church)$/.test(
        view.word(index),
      )
    ) {
      return { type: 'organization', score: 0.7, source: 'context' };
    }
  }
  return null;
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

/** In blocks of short lines the first is a person, then come the organisation and the place. */
function byLine(view: View, run: NameRun): Guess | null {
  if (!run.line || run.last - run.first > 4) return null;
  const before = lineBefore(view, run.first);
  const behind = lineBehind(view, run.last);
  if (/\d/.test(before) || isPlaceLine(view, run.last, behind)) return { type: 'city', score: 0.5, source: 'context' };
  if (((view.flags[run.last] as number) & FLAG.job) !== 0) return null;
  if (before.trim() === '')
    return run.last > run.first && behind.trim() !== '' ? { type: 'person', score: 0.6, source: 'context' } : null;
  const labelLine = /^[\p{L} ,&'().-]{2,48}$/u.test(before) && !/[.]$/.test(before);
  return labelLine && behind !== '' ? { type: 'organization', score: 0.5, source: 'context' } : null;
}

function lineBefore(view: View, index: number): string {
  const { text } = view;
  const start = view.starts[index] as number;
  const head = text.slice(Math.max(0, start - 160), start);
  const lines = head.split('\n').map((line) => line.replace(/^[\s>?*|]+/, '').trimEnd());
  lines.pop();
  return lines.findLast((line) => line !== '') ?? '';
}

function lineBehind(view: View, index: number): string {
  const { text } = view;
  const end = view.ends[index] as number;
  const lines = text
    .slice(end, end + 120)
    .split('\n')
    .map((line) => line.replace(/^[\s>?*|]+/, '').trimEnd());
  lines.shift();
  return lines.find((line) => line !== '') ?? '';
}

/** The next line is a country, or ends in a postal code. */
function isPlaceLine(view: View, last: number, line: string): boolean {
  if (line === '' || line.length > 48) return false;
  if (/^[\p{L} .,'-]{2,40}[ ,]\d{3,6}(?:-\d{3,4})?$/u.test(line)) return true;
  const next = last + 1;
  if (next >= view.count) return false;
  return (
    ((view.flags[next] as number) & FLAG.country) !== 0 &&
    line.startsWith(view.word(next)) &&
    line.split(' ').length <= 5
  );
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
    if (back === 1 && (flag & FLAG.beforePerson) !== 0 && /:/.test(gap)) return true;
    if (back === 1 && /^(?:heiße|llamo|appelle|named|called|dear|chiamo|guardian)$/i.test(view.word(at))) return true;
  }
  return false;
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
  if (behind.startsWith(':')) return run.initial && isLineStart(view, run);
  if (!behind.startsWith(' ')) return false;
  if (((view.flags[run.last + 1] as number) & FLAG.afterPerson) !== 0) return true;
  return next === 'and' && run.last + 2 < view.count && ((view.kinds[run.last + 2] as number) & STARTS_UPPER) !== 0;
}

function organisationScore(view: View, run: NameRun, word: string, next: string): number {
  if (
    /^(?:office|offices|headquarters|orchestra|employees|shares|ceo|cfo|cto|chairman|spokesperson|spokesman|spokeswoman|announced|acquired|launched|subsidiary)$/.test(
      next,
    )
  )
    return 0.55;
  if (isCompanyPhrase(view, run)) return 0.55;
  const before = run.first - 2;
  const role = before >= 0 ? view.word(before).toLowerCase() : '';
  if (
    word === 'of' &&
    /^(?:ceo|cto|cfo|founder|director|president|chairman|head|owner|employee|employees|customer|member|board)$/.test(
      role,
    )
  )
    return 0.55;
  if (
    word === 'of' &&
    before >= 0 &&
    ((view.kinds[before] as number) & STARTS_UPPER) !== 0 &&
    ((view.flags[before] as number) & (FLAG.common | PLACE)) === 0
  )
    return 0.5;
  if (word === 'for' && /^(?:work|works|worked|working)$/.test(role)) return 0.6;
  if (
    word === 'at' &&
    /^(?:work|works|worked|working|employed|job|position|role|ceo|manager|engineer|analyst|director)$/.test(role)
  )
    return 0.6;
  return word === 'joined' || word === 'company' || word === 'firm' || word === 'employer' ? 0.5 : 0;
}

/** "X is a design agency", "X was founded in 1990". */
const isCompanyPhrase = (view: View, run: NameRun): boolean => {
  const end = view.ends[run.last] as number;
  return /^(?:,? (?:is|was) (?:an?|the) (?:[a-z-]+ ){0,3}(?:agency|company|firm|startup|bank|brainchild|manufacturer|provider|retailer|organi[sz]ation|corporation|business|supplier|charity)|,? (?:was|were) (?:founded|acquired|established|incorporated))/.test(
    view.text.slice(end, end + 70),
  );
};

const isStreetNext = (run: NameRun, next: string): boolean => {
  if (!/^(?:street|road|avenue|lane|boulevard|square)$/.test(next)) return false;
  return run.last - run.first < 4;
};

function isPlaceHere(view: View, before: number, word: string, next: string): boolean {
  if (/^(?:city|town|village|county|province|bridge|region|airport)$/.test(next)) return true;
  if (word === '') return false;
  if (word === 'to') return before > 0 && MOTION.test(view.word(before - 1));
  if (word === 'from') return true;
  if (word === 'at')
    return before > 0 && /^(?:arrived|arrive|arrives|arriving|landed|stopped|docked)$/i.test(view.word(before - 1));
  return (
    /^(?:in|city|town|near|visit|visited|visiting|across|outside|around|aus|nach|en|à)$/.test(word) &&
    ((view.flags[before] as number) & FLAG.beforePlace) !== 0
  );
}

/** Nationalities stand inside sentences and runs alike, in small letters in other languages than English. */
function recognizeNationalities(view: View, sink: Sink): void {
  const { flags, kinds, starts, ends, spans, count } = view;
  for (let index = 0; index < count; index += 1) {
    if (((flags[index] as number) & FLAG.nationality) === 0 || ((kinds[index] as number) & STARTS_UPPER) === 0)
      continue;
    if (((flags[index] as number) & (PLACE | FLAG.common | FLAG.surname)) !== 0) continue;
    sink.add('nationality', starts[index] as number, ends[index + (spans[index] as number) - 1] as number, 0.5, 'list');
  }
}
