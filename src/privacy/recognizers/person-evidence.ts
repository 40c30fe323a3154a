// A second look at names that capitals alone have made a guess: what around them says that a person is meant. Each sign
// is enough by itself to mask a name of several words; one word alone needs to be somebody's, or part of an address.

import { FLAG } from '../lexicon.ts';
import { ADDRESS_WORDS, HUMAN_WORDS, POSSESSIVES } from '../lists/human-words.ts';
import { type Guess, isWholeLine, type NameRun } from '../name-runs.ts';
import { HAS_DIGIT, HAS_LOWER, STARTS_UPPER, type View } from '../view.ts';

const PLACE = FLAG.city | FLAG.region | FLAG.country;
const OTHER =
  FLAG.common |
  FLAG.month |
  FLAG.weekday |
  FLAG.organisation |
  FLAG.organisationFirst |
  FLAG.job |
  FLAG.field |
  FLAG.nationality |
  FLAG.street |
  FLAG.streetBefore |
  PLACE;
const NAME = FLAG.givenName | FLAG.surname;

const HUMAN = new Set(HUMAN_WORDS.split(' '));
const ADDRESS = new Set(ADDRESS_WORDS.split(' '));
/** Units of measurement and much else without the full stop. */
const DOTTED = new Set(['mw', 'sig', 'dott', 'prof']);
const POSSESSIVE = new Set(POSSESSIVES.split(' '));

/** What programs are called as well, in headings above all. */
const PROGRAMS = new Set(['client', 'customer', 'driver', 'guest', 'subscriber', 'candidate', 'witness', 'friend']);

/** As sure as a title makes it, or nearly. */
const SURE: Guess = { type: 'person', score: 0.8, source: 'context' };

const BEHIND =
  /^(?:,? (?:who\b|whose\b|aged? \d|née? |born\b|residing\b|resident (?:of|at)\b|living (?:at|in)\b|domiciled\b|wohnhaft\b|geboren\b|geb\. |âgée? de|demeurant\b|domiciliée?\b|nacid[oa]\b|mayor de edad\b|con domicilio\b|vecin[oa] de\b|natural de\b)|, (?:IBAN|DNI|NIF|NIE|NIR|SSN|[Pp]assport|[Aa]usweis|ext\.? \d|\d{1,3}(?:,| years| Jahre| ans| años))| \(\d{1,2}\)| (?:moved|lives|lived|married|emailed|phoned|texted|apologi[sz]ed|retired|resigned|graduated|complained|was born|has been appointed|was appointed|called from|wohnt|lebt|heiratet|habite|demeure|est née?\b|vive|reside|nació)(?![\p{L}])| (?:(?:mal|bitte|noch|heute|morgen|kurz|schnell) ){0,2}(?:anrufen|zurückrufen|anschreiben|erreichen|informieren|benachrichtigen)(?![\p{L}]))/u;

/** Raises a guess about a person to what may be masked where something beside the run says so; may narrow the run. */
export function withEvidence(view: View, run: NameRun, guess: Guess | null): Guess | null {
  // A city that only the word before makes one ("go to") is no better guess, nor what only "of" makes a company.
  const open =
    guess === null ||
    guess.type === 'person' ||
    (guess.type === 'city' && guess.source === 'context') ||
    (guess.type === 'organization' && guess.score <= 0.5);
  if (!open || (guess !== null && guess.score >= SURE.score)) return guess;
  const first = behindHuman(view, run);
  if (!isNameShaped(view, first, run.last)) return guess;
  const many = run.last > first;
  if (first > run.first) {
    if (!many && !isPossessed(view, run.first)) return guess;
    run.first = first;
    return SURE;
  }
  if (isNamedAs(view, run, many) || isOfficeHolder(view, run) || isBeforeSuffix(view, run)) return SURE;
  if (isSpeaker(view, run) || isCalled(view, run, many) || isToBeTold(view, run)) return SURE;
  if (!many) return guess;
  return isBeforeHuman(view, run) || isBehindDealings(view, run) || isSignatory(view, run) || isIntroduced(view, run)
    ? SURE
    : guess;
}

/** "Kowalczykさん", "Kowalczyk 씨": forms of address that stand behind. */
const isBeforeSuffix = (view: View, { last }: NameRun): boolean =>
  ((view.units[view.ends[last] as number] as number) > 0x3000 ||
    (view.units[(view.ends[last] as number) + 1] as number) > 0x3000) &&
  /^ ?(?:さん|様|さま|氏|先生|女士|小姐|くん|ちゃん|씨|님)/.test(
    view.text.slice(view.ends[last], (view.ends[last] as number) + 4),
  );

/** What is said of people alone, or what they are: "Jane Roe, aged 47", "Jane Roe lives", "Jane Roe, Sprecherin der". */
function isBeforeHuman(view: View, { last }: NameRun): boolean {
  const { text, starts, ends } = view;
  const end = ends[last] as number;
  const unit = view.units[end];
  if (unit !== 32 && unit !== 44) return false;
  if (BEHIND.test(text.slice(end, end + 24))) return true;
  const next = last + 1;
  if (next >= view.count || text.slice(end, starts[next]) !== ', ') return false;
  return HUMAN.has(lower(view, next)) || ((view.flags[next] as number) & FLAG.job) !== 0;
}

/** What people do with one another, before a name of several words. */
const DEALINGS =
  /(?:^|[^\p{L}])(?:(?:meeting|call|phone|line|interview|appointment|lunch|dinner|spoke|speaking|talked|talk|chat|session|married|engaged|divorced) (?:with|to|from)|(?:letter|reference|card|poem|message|e-?mail|invitation|speech|toast|reply|present|gift) (?:for|to)|(?:gespräch|termin|interview|rücksprache|treffen|telefonat) mit|(?:brief|absage|einladung|zusage|zeugnis|nachricht|karte|antwort|e-?mail) (?:an|für)|(?:rdv|rendez-vous|entretien|réunion|appel|déjeuner) avec|(?:lettre|message|carte|réponse|courriel|mail) (?:à|pour)|bénéfice de|(?:entrevista|reunión|cita|llamada|comida) con|(?:carta|mensaje|correo|tarjeta|respuesta) (?:a|para)|(?:transfer(?:ir)?|wire|pay|send)(?: (?:\p{L}{3} |[€$£])?[\d.,]+(?: ?[€$£]| \p{L}+)?)? (?:to|a)|(?:in the name|on behalf) of|(?:registered|belongs?|belonging|issued|assigned) to|(?:ship|bill|sold|deliver|send|mail)(?:ed|ing)? to:?|(?:délivrée?|remise?|adressée?|versée?|vendue?|confiée?|attribuée?) à|(?:expedid[oa]|entregad[oa]|concedid[oa]|vendid[oa]) a|(?:ausgestellt|zugelassen) auf|(?:ausgehändigt|verkauft|übergeben) an|(?:onboarding|offboarding|resignation|promotion|dismissal|arrest|funeral|wedding) of|(?:represented|signed|witnessed|approved|reported|prepared|vertreten|unterschrieben|signée?|représentée?|firmad[oa]|representad[oa]) (?:by|durch|von|par|por)|(?:reçue?|received|recibid[oa]|erhalten) (?:de|from|von)|(?:rechnung|lieferung|paket|überweisung|zahlung|parcel|colis|pedido|envío) (?:an|für|for|pour|para):?|im namen von|auf den namen|gehört|au nom de|appartient à|a (?:nombre|favor) de|en nombre de|pertenece a|pregunt[ae] por|intestat[oa] a|(?:dni|nie|nif|curp|rfc|rut|cuit|cuil|cédula|pasaporte) de|(?:rappelle[rz]?|appelle[rz]?|prévien[st]|contacte[rz]?)|(?:llama|llamar|llame|avisa|avise|escribe) a|überweisen sie [\d.,]+ (?:euro|€) an|(?:manager|boss|chef|director|leader|lead|contact|owner|author|chair) is|(?:chef|leiter|leiterin|ansprechpartner|ansprechpartnerin) ist) $/iu;

/** With what the words for dealings end. */
const BEFORE_PERSON = new Set(
  'with to from for of by durch par mit an für ist is avec à pour de con a para por von auf namen gehört intestato intestata rappelle rappeler rappelez appelle appeler appelez prévient préviens contacte contacter contactez'.split(
    ' ',
  ),
);

const isBehindDealings = (view: View, { first }: NameRun): boolean => {
  const start = view.starts[first] as number;
  if (first === 0 || view.units[start - 1] !== 32 || !BEFORE_PERSON.has(lower(view, first - 1))) return false;
  return DEALINGS.test(view.text.slice(Math.max(0, start - 40), start));
};

/** Begins a signature: behind its `--`, or on a line of its own before one that says what somebody is. */
function isSignatory(view: View, run: NameRun): boolean {
  const { first, last } = run;
  const { text } = view;
  const start = view.starts[first] as number;
  const end = view.ends[last] as number;
  if (/(?:^|\n)-- ?\r?\n$/.test(text.slice(Math.max(0, start - 6), start)))
    return /^ ?(?:[|,\r\n]|$)/.test(text.slice(end, end + 2));
  const next = last + 1;
  if (next >= view.count || !/^,?\r?\n$/.test(text.slice(end, view.starts[next])) || !isWholeLine(view, run))
    return false;
  return HUMAN.has(lower(view, next)) || ((view.flags[next] as number) & FLAG.job) !== 0;
}

/** "Sprecherin der Stiftung Küste" begins with what somebody is, and names what stands behind: the run is narrowed. */
export function leaveOffice(view: View, run: NameRun): void {
  const { first, last } = run;
  if (last - first < 2 || ((view.flags[first] as number) & (NAME | FLAG.title)) !== 0) return;
  if (((view.flags[first + 1] as number) & FLAG.particle) === 0 || !HUMAN.has(lower(view, first))) return;
  run.first = first + 2;
  run.initial = false;
}

const lower = (view: View, index: number): string => view.word(index).toLowerCase();

/** "Landlord:", "Executor is": what somebody is, by itself, before a colon or a verb. */
export const isWhatSomebodyIs = (view: View, { first, last }: NameRun): boolean =>
  first === last &&
  ((view.flags[first] as number) & (NAME | FLAG.title)) === 0 &&
  HUMAN.has(lower(view, first)) &&
  /^ ?: |^\)|^ (?:is|was|ist|war|est|era|es) /.test(
    view.text.slice(view.ends[first], (view.ends[first] as number) + 6),
  );

/** "Mieterin Vera Adebayo", where nouns are written like names: the first word behind what she is. */
function behindHuman(view: View, { first, last }: NameRun): number {
  let at = first;
  while (at < last && ((view.flags[at] as number) & NAME) === 0 && HUMAN.has(lower(view, at))) at += 1;
  if (at > first && PROGRAMS.has(lower(view, at - 1))) return first;
  return at;
}

const isPossessed = (view: View, index: number): boolean =>
  index > 0 &&
  view.text.slice(view.ends[index - 1], view.starts[index]) === ' ' &&
  POSSESSIVE.has(lower(view, index - 1));

/** "my wife Noor", "Customer Jane Roe", "la victime, Jane Roe", "don Juan". */
function isNamedAs(view: View, run: NameRun, many: boolean): boolean {
  const before = run.first - 1;
  if (before < 0) return false;
  const gap = view.text.slice(view.ends[before], view.starts[run.first]);
  const word = lower(view, before);
  if ((gap === '. ' || (gap === ' ' && !DOTTED.has(word))) && ADDRESS.has(word)) return true;
  if (gap !== ' ' && gap !== ', ') return false;
  if (PROGRAMS.has(word) && ((view.kinds[before] as number) & STARTS_UPPER) !== 0) return false;
  return HUMAN.has(word) && (many || isPossessed(view, before));
}

/** "The patient was Jane Roe", "I, Jane Roe, hereby", "Yo, Juan Roe,": what stands before a name of several words. */
function isIntroduced(view: View, { first }: NameRun): boolean {
  const start = view.starts[first] as number;
  if (first === 0 || view.units[start - 1] !== 32) return false;
  const head = view.text.slice(Math.max(0, start - 24), start);
  if (DECLARANT.test(head)) return true;
  const at = first - 2;
  return (
    at >= 0 && / (?:was|war|était|era|fue) $/.test(head) && HUMAN.has(lower(view, at)) && !PROGRAMS.has(lower(view, at))
  );
}

const DECLARANT = /(?:^|[\n.!?:] ?)(?:I, |Yo, |Ich, |Je soussignée? |[Ss]oy |[Jj]e suis )$/;

/** A greeting, and who says it: "Hiya, it's Brogan", "Moin, ich bin's, Wiebke", "Salut, c'est Maëlys". */
const SAYS_WHO =
  /(?:^|[\n.!] ?)(?:hi|hiya|hey|hello|morning|good (?:morning|evening|afternoon)|hallo|moin|servus|guten (?:tag|morgen|abend)|salut|bonjour|bonsoir|coucou|hola|buenas|buenos días|ciao)(?: \p{L}{2,12})?[ ,.!]{1,3}(?:it's|its|this is|i'm|i am|ich bin's,?|ich bin|hier ist|hier spricht|c'est|je suis|ici|soy|habla|sono) $/iu;
/** The last words of it: of "it's" and "I'm" what stands behind the apostrophe. */
const INTRODUCES = new Set('s its is m am bin ist spricht est suis ici soy habla sono'.split(' '));
const ENDS_INTRODUCTION = /^(?: ?[,.!–-]| (?:from|von|vom|aus|de|here)(?![\p{L}])|\r?\n|$)/u;

function isSpeaker(view: View, { first, last }: NameRun): boolean {
  const start = view.starts[first] as number;
  const end = view.ends[last] as number;
  if (first === 0 || view.units[start - 1] !== 32 || !INTRODUCES.has(lower(view, first - 1))) return false;
  return (
    SAYS_WHO.test(view.text.slice(Math.max(0, start - 48), start)) &&
    ENDS_INTRODUCTION.test(view.text.slice(end, end + 6))
  );
}

/** "Hamish 07700 900461", "Priyanka on +91 98201 44321": whose number it is, with a word that asks to use it before one name. */
function isCalled(view: View, { first, last }: NameRun, many: boolean): boolean {
  const end = view.ends[last] as number;
  const digits = (view.kinds[last + 1] as number) | (view.kinds[last + 2] as number) | (view.kinds[last + 3] as number);
  if ((digits & HAS_DIGIT) === 0 || !PHONE_BEHIND.test(view.text.slice(end, end + 24))) return false;
  if (many || isLineOfList(view, first)) return true;
  return (
    first > 0 && CALLS.test(view.word(first - 1)) && view.text.charCodeAt((view.starts[first] as number) - 1) === 32
  );
}

/** The first of its line, as in lists of numbers. */
const isLineOfList = (view: View, first: number): boolean =>
  first === 0 ||
  /\n[ \t>*•-]{0,4}$/.test(view.text.slice(Math.max(0, (view.starts[first] as number) - 5), view.starts[first]));

/** "Kannst du Swantje sagen, dass": whom one tells or asks something. */
function isToBeTold(view: View, { first, last }: NameRun): boolean {
  const start = view.starts[first] as number;
  if (first < 2 || view.units[start - 1] !== 32 || !/^(?:du|bitte|mal)$/.test(view.word(first - 1))) return false;
  return (
    /(?:^|[^\p{L}])(?:kannst|könntest|würdest|magst) du (?:(?:bitte|mal) ){0,2}$/iu.test(
      view.text.slice(Math.max(0, start - 28), start),
    ) &&
    /^ (?:(?:bitte|mal|noch|kurz) ){0,2}(?:sagen|ausrichten|fragen|anrufen|informieren|erinnern|Bescheid)(?![\p{L}])/u.test(
      view.text.slice(view.ends[last], (view.ends[last] as number) + 28),
    )
  );
}

const PHONE_BEHIND =
  /^(?:(?:,? (?:on|at|under|unter|au|al|en el) |, ?| ?: ?| [-–] | ?\()\(?(?:\+|0)\d[\d ()/-]{7,}| (?:\+\d|0\d{1,4}[ /-])[\d ()/-]{6,})/;
const CALLS = /^(?:call|ring|phone|text|ask|message|whatsapp|ruf|rufe|rappelle[rz]?|appelle[rz]?|llama|llame)$/i;

/** "la alcaldesa de Salamanca, Jane Roe": what somebody is, and of what, before a comma. */
function isOfficeHolder(view: View, run: NameRun): boolean {
  const { text, starts, ends } = view;
  if (run.last === run.first || run.first === 0 || text.slice(ends[run.first - 1], starts[run.first]) !== ', ')
    return false;
  for (let at = run.first - 2; at >= 0 && run.first - at < 9; at -= 1) {
    const gap = text.slice(ends[at], starts[at + 1]);
    if (!/^(?: | ?['’] ?| ?- ?)$/.test(gap)) return false;
    if (/^(?:de|del|du|des|d|of|der|des|von|vom)$/i.test(view.word(at + 1)) && HUMAN.has(lower(view, at))) return true;
  }
  return false;
}

/** Words that could be somebody's name and are no other word that we know: particles and initials inside do no harm; `capitals`: throughout. */
export function isNameShaped(view: View, first: number, last: number, capitals = false): boolean {
  if (last - first > 4) return false;
  let words = 0;
  for (let index = first; index <= last; index += 1) {
    const flag = view.flags[index] as number;
    const kind = view.kinds[index] as number;
    if ((flag & FLAG.particle) !== 0 && index > first && index < last) continue;
    const length = (view.ends[index] as number) - (view.starts[index] as number);
    if ((kind & STARTS_UPPER) === 0 || (kind & HAS_DIGIT) !== 0) return false;
    if (length === 1) continue;
    if ((kind & HAS_LOWER) === 0 && !capitals) return false;
    if ((flag & OTHER) !== 0 && (flag & NAME) === 0) return false;
    words += 1;
  }
  return words > 0;
}

const MOST_ADDRESSES = 64;
const LONGEST_LOCAL_PART = 64;

/** What stands before the `@` of addresses, in words of three letters and more. */
export interface AddressNames {
  readonly count: number;
  /** Of all of them, and of those of two words such as `m.oyelaran`: of products, too, there is an address in one word. */
  readonly all: ReadonlySet<string>;
  readonly ofPeople: ReadonlySet<string>;
}

export function namesInAddresses(view: View): AddressNames {
  const [all, ofPeople] = [new Set<string>(), new Set<string>()];
  let seen = 0;
  for (let at = 0; at < view.anchorCount && seen < MOST_ADDRESSES; at += 1) {
    const place = view.anchors[at] as number;
    if (view.text.charCodeAt(place) !== 64) continue;
    // A package and its version are written alike.
    if (!/^[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,}/u.test(view.text.slice(place + 1, place + 65))) continue;
    seen += 1;
    const local = /[\p{L}\d._+-]+$/u.exec(view.text.slice(Math.max(0, place - LONGEST_LOCAL_PART), place))?.[0] ?? '';
    const parts = local.toLowerCase().split(/[^\p{L}]+/u);
    const isPerson = /^\p{L}+[._]\p{L}+$/u.test(local);
    for (const part of parts) {
      if (part.length < 3) continue;
      all.add(part);
      if (isPerson) ofPeople.add(part);
    }
  }
  return { count: all.size, all, ofPeople };
}

/** "Oyelaran" beside `m.oyelaran@`, "Temitope Oyelaran" beside `oyelaran@`. */
export const isInAddress = (view: View, run: NameRun, { all, ofPeople }: AddressNames): boolean =>
  run.last > run.first ? isMadeOf(view, run, all, true) : isMadeOf(view, run, ofPeople, false);

/** Whether each word of a run, but for particles and initials, is one of `names`; `some`: one is enough. */
export function isMadeOf(view: View, { first, last }: NameRun, names: ReadonlySet<string>, some: boolean): boolean {
  let [met, words] = [0, 0];
  for (let index = first; index <= last; index += 1) {
    const length = (view.ends[index] as number) - (view.starts[index] as number);
    if (length < 3 || ((view.flags[index] as number) & FLAG.particle) !== 0) continue;
    words += 1;
    if (names.has(lower(view, index))) met += 1;
  }
  return words > 0 && (some ? met > 0 : met === words);
}
