// Organisations by the words that their names begin or end with, and by what is said of them.

import { FLAG } from '../lexicon.ts';
import type { Guess, NameRun } from '../name-runs.ts';
import { HAS_DIGIT, HAS_LOWER, STARTS_UPPER, type View } from '../view.ts';

const PLACE = FLAG.city | FLAG.region | FLAG.country;

/** Words in capitals throughout say nothing by their capital. */
export const isShout = (view: View, run: NameRun): boolean => {
  for (let index = run.first; index <= run.last; index += 1) {
    if (((view.kinds[index] as number) & HAS_LOWER) !== 0) return false;
  }
  return true;
};

export function byOrganisation(view: View, run: NameRun): Guess | null {
  const { flags } = view;
  const formed = wordOfForm(view, run);
  if (formed > 0) {
    run.last = formed;
    return { type: 'organization', score: 0.75, source: 'context' };
  }
  const last = flags[run.last] as number;
  const named = (view.ends[run.last - 1] as number) - (view.starts[run.first] as number) > 2;
  // "B AB 1234" is a licence plate.
  const numbered =
    ((view.kinds[run.last + 1] as number) & HAS_DIGIT) !== 0 &&
    view.starts[run.last + 1] === (view.ends[run.last] as number) + 1 &&
    view.text.charCodeAt(view.ends[run.last] as number) === 32;
  if (
    run.last > run.first &&
    named &&
    !(numbered && isShout(view, { ...run, first: run.last })) &&
    (last & FLAG.organisation) !== 0
  )
    return { type: 'organization', score: 0.75, source: 'context' };
  if (legalForm(view, run) > 0) return { type: 'organization', score: 0.75, source: 'context' };
  for (let index = run.first; index < run.last; index += 1) {
    if (
      (((flags[index] as number) & FLAG.organisationFirst) !== 0 && isWritten(view, index, run)) ||
      (index === run.first && isCompound(view, index))
    )
      return { type: 'organization', score: 0.7, source: 'context' };
  }
  return null;
}

/** "Kreiskrankenhaus Nordhausen", "Bezirksverband West": German joins what an organisation is to another word. */
const isCompound = (view: View, index: number): boolean =>
  (view.ends[index] as number) - (view.starts[index] as number) > 9 &&
  /\p{Ll}(?:krankenhaus|klinik|klinikum|gymnasium|schule|sparkasse|volksbank|brauerei|verein|verband|stiftung|werkstatt|bäckerei|handlung|gesellschaft|genossenschaft)$/u.test(
    view.word(index),
  );

/** "Domaine" and the like begin names of people too where they stand inside one; in the middle only what is never part of one counts. */
const isWritten = (view: View, index: number, run: NameRun): boolean =>
  index === run.first ||
  /^(?:University|Bank|Ministry|Department|Institute|Hospital|Banque|Banco|Universität|Université|Universidad|Club|Church)$/.test(
    view.word(index),
  );

const LEGAL_WORD =
  /^(?:AG|KG|KGaA|OHG|SE|UG|GbR|Ltd|Limited|Inc|Incorporated|LLC|LLP|PLC|plc|Corp|Corporation|SARL|SAS|SASU|EURL|SNC|BV|NV|AB|ASA|Oy|ApS)$/;

/** Place of the word for a legal form behind the first, where a run may go on with the next noun; 0 where there is none. */
function wordOfForm(view: View, run: NameRun): number {
  for (let index = run.first + 1; index < run.last; index += 1) {
    const length = (view.ends[index] as number) - (view.starts[index] as number);
    if (length >= 2 && length <= 12 && LEGAL_WORD.test(view.word(index))) return index;
  }
  return 0;
}

const LEGAL_FORM =
  /^(?:g?GmbH(?! & Co)|mbH|S\.? ?L\.?(?: ?U\.?)?|S\.? ?A\.?(?: ?S\.?| de C\.? ?V\.?)?|S\.? ?[Rr]\.? ?[Ll]\.?(?: ?s\.)?|S\. ?Coop\.?|S\. ?A\.? ?S\.?|Sp\. ?z ?o\. ?o\.?|s\. ?r\. ?o\.?|d\. ?o\. ?o\.?|a\. ?s\.|A\.? ?Ş\.|Ltd\. Şti\.|Ltda\.?|Lda\.?|Kft\.?|Zrt\.?|A\/S|S\.? ?p\.? ?A\.?|e\. ?[KV]\.|N\.V\.|B\.V\.|Inc\.?|LLC|GmbH & Co\. ?(?:KGa?A?|OHG))(?![\p{L}\d])/u;

/** First letters of all of them. */
const FORM_STARTS = new Set([...'gGmSseNBILdaAKZ'].map((letter) => letter.charCodeAt(0)));

/** Units of a legal form of several letters that stands behind a run or is its end, from the blank before it; 0 where there is none. */
function legalForm(view: View, run: NameRun): number {
  const { text, starts, ends } = view;
  let from = ends[run.last] as number;
  // Single letters join a run as initials do.
  for (let index = run.last; index > run.first && (ends[index] as number) - (starts[index] as number) === 1; index -= 1)
    from = ends[index - 1] as number;
  // "Sp. z o.o." begins with what could be a name.
  if (run.last > run.first && view.word(run.last) === 'Sp') from = ends[run.last - 1] as number;
  // "Aceros Norte, S.L."
  if (text.charCodeAt(from) === 44) from += 1;
  if (text.charCodeAt(from) !== 32 || !FORM_STARTS.has(text.charCodeAt(from + 1))) return 0;
  const form = LEGAL_FORM.exec(text.slice(from + 1, from + 24));
  return form === null ? 0 : from + 1 + form[0].length;
}

/** "Acme Inc." and "Conservas Norte S.L." go on behind the run. */
export function endOfOrganisation(view: View, run: NameRun): number {
  const form = legalForm(view, run);
  if (form > 0) return form;
  const end = view.ends[run.last] as number;
  return view.text.charCodeAt(end) === 46 &&
    /^(?:Inc|Ltd|Ltda|Lda|Corp|Co|Coop|Bros|Cie|Kft)$/.test(view.word(run.last))
    ? end + 1
    : end;
}

/** "arbeitet bei Hohlspiegel Optik", "travaille chez", "trabaja para": whom somebody works for. */
export function isEmployer(view: View, run: NameRun): boolean {
  const at = run.first - 2;
  if (at < 0 || !/^(?:bei|für|chez|pour|en|para|per|presso|voor|bij)$/.test(view.word(at + 1))) return false;
  if (view.text.slice(view.ends[at], view.starts[run.first]) !== ` ${view.word(at + 1)} `) return false;
  return /^(?:arbeite|arbeitet|arbeiten|gearbeitet|angestellt|beschäftigt|tätig|bewirbt|bewerbe|travaille|travaillait|travaillé|postule|employée?|embauchée?|salariée?|trabaja|trabajo|trabajaba|trabajado|empleado|empleada|lavora|lavoro|werkt|werk)$/i.test(
    view.word(at),
  );
}

export function organisationScore(view: View, run: NameRun, word: string, next: string): number {
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
  // People are rarely behind "at", and those whom our lists know have been found before.
  if (word === 'at' && run.last > run.first && !/^(?:arrived?|arrives|arriving|landed|stopped|docked)$/.test(role))
    return 0.5;
  if (word === 'for' && /^(?:work|works|worked|working)$/.test(role)) return 0.6;
  if (
    word === 'at' &&
    /^(?:work|works|worked|working|employed|job|position|role|ceo|manager|engineer|analyst|director)$/.test(role)
  )
    return 0.6;
  if (isEmployer(view, run)) return 0.6;
  return IS_A_COMPANY.test(word) ? 0.5 : 0;
}

/** "hotel Villa Serena", "la société Castaing Bâtiment". */
const IS_A_COMPANY =
  /^(?:joined|company|firm|employer|hotel|restaurant|société|entreprise|hôtel|empresa|compañía|società|ditta|azienda|firma|bedrijf)$/;

/** "X is a design agency", "X was founded in 1990". */
const isCompanyPhrase = (view: View, run: NameRun): boolean => {
  const end = view.ends[run.last] as number;
  const next = run.last + 1;
  // "is", "was", "were".
  if (next >= view.count || (view.ends[next] as number) - (view.starts[next] as number) > 4) return false;
  return /^(?:,? (?:is|was) (?:an?|the) (?:[a-z-]+ ){0,3}(?:agency|company|firm|startup|bank|brainchild|manufacturer|provider|retailer|organi[sz]ation|corporation|business|supplier|charity)|,? (?:was|were) (?:founded|acquired|established|incorporated))/.test(
    view.text.slice(end, end + 70),
  );
};
