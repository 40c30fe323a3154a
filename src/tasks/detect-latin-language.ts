import { hashWords } from './word-hashes.ts';

/**
 * Words that a language uses in almost every sentence. A word may belong to several languages: it then speaks for each of
 * them, and only the others tell them apart. Written as people type them; those without their accents are listed too.
 */
const WORDS: Readonly<Record<string, string>> = {
  en:
    'the and of to you your what how why this that these those with which write please my it its does should would could ' +
    'have been were when who about make explain implement create describe summarize translate generate there their they ' +
    'into than because between each give hello thanks thank is are for can not but be or in on at an we our if do ' +
    'me as by all will was has had them use using need want get find a no so he she his her i am any some one only just now',
  de:
    'der die das und ist nicht ein eine einen einem einer ich wie für fur mit auf sich bitte von zu den dem wir sie es im ' +
    'was wenn aber auch oder nach bei aus kann soll mein meine mir dass wird werden sind haben hat zum zur über uber als ' +
    'noch nur man schreib schreibe erkläre mach warum welche ohne durch ihr unser unsere gibt habe bin',
  fr:
    'le la les des est une un que qui pour dans je vous nous avec sur du et pas ne ce cette au aux mon ma mes par plus ' +
    'comment quel quelle sont mais ou en il elle on se sa son ses leur votre notre ai fait faire être etre sans entre si ' +
    'comme cela ça écris ecris explique quels peux peut cet moi tout',
  es:
    'el la los las por para con como qué que es una un y de del en se su sus mi me lo al más mas pero este esta estos si ' +
    'sin sobre hay tengo puedo cómo cuál cual cuando son ser hacer haz escribe explica dame quiero nos le muy también ' +
    'entre ya donde está han ha',
  pt:
    'o a os as um uma e de do da dos das em no na nos nas que não nao para com por se é são sao ao mais mas como qual ' +
    'quais você voce meu minha seu sua este esta isso ou já ja pode fazer escreva crie gere explique ser está foi sobre ' +
    'sem entre me eu à',
  it:
    'il lo la i gli le un una e di del della dei delle che è non per con su come cosa sono ho mi si da nel nella al alla ' +
    'più piu ma anche questo questa se ci perché perche quale quali scrivi crea genera spiega può puo essere fare mio mia ' +
    'dove senza tra o',
  nl:
    'de het een en van is niet voor met op te dat die ik je we hoe wat kan kunnen maar ook als zijn naar om bij uit aan ' +
    'wordt worden mijn deze dit schrijf leg uitleggen waarom heb heeft graag er zou moet of over',
};

const LANGUAGES = Object.keys(WORDS);

/** Room for the words and as much again, so that a look-up seldom takes a second step. */
const SLOTS = 2_048;
/** 0: nobody's. No listed word has this hash. */
const keys = new Int32Array(SLOTS);
/**
 * Languages that use a word, as counters of eight bits in the order of LANGUAGES, four in each: at most LOOKED_AT words are
 * counted, so that sums of them do not overflow.
 */
const FOUR = 4;
const firstFour = new Int32Array(SLOTS);
const others = new Int32Array(SLOTS);

function slotOf(hash: number): number {
  let slot = (hash ^ (hash >>> 11)) & (SLOTS - 1);
  while (keys[slot] !== hash && keys[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
  return slot;
}

const single = new Int32Array(1);
for (const [bit, language] of LANGUAGES.entries()) {
  for (const word of (WORDS[language] as string).split(' ')) {
    hashWords(word, word.length, single);
    const slot = slotOf(single[0] as number);
    keys[slot] = single[0] as number;
    const counters = bit < FOUR ? firstFour : others;
    counters[slot] = (counters[slot] as number) | (1 << (8 * (bit % FOUR)));
  }
}

/** Words looked at, and how far they are looked for. */
const LOOKED_AT = 48;
const CHARACTERS = 400;
/** Share of function words below which a text is in no language: names, code and lists fall out. */
const LEAST_SHARE = 0.12;
/** Words by which a language must lead the next one, and the part of its own that the next one may have at most. */
const LEAD = 1;
const RIVAL_SHARE = 0.75;

const words = new Int32Array(LOOKED_AT);
const hits = new Int32Array(LANGUAGES.length);

/** ISO 639-1 of a text in Latin letters: en, de, fr, es, pt, it, nl, or null where none of them is sure. */
export function detectLatinLanguage(prose: string): string | null {
  const found = hashWords(prose, CHARACTERS, words);
  let one = 0;
  let two = 0;
  for (let at = 0; at < found; at += 1) {
    const slot = slotOf(words[at] as number);
    one = (one + (firstFour[slot] as number)) | 0;
    two = (two + (others[slot] as number)) | 0;
  }
  for (let at = 0; at < hits.length; at += 1) hits[at] = ((at < FOUR ? one : two) >>> (8 * (at % FOUR))) & 0xff;
  let best = 0;
  let second = 0;
  for (let at = 1; at < hits.length; at += 1) if ((hits[at] as number) > (hits[best] as number)) best = at;
  for (let at = 0; at < hits.length; at += 1) if (at !== best) second = Math.max(second, hits[at] as number);
  const most = hits[best] as number;
  const sure = most >= LEAST_SHARE * found && most - second >= LEAD && second <= RIVAL_SHARE * most;
  return sure && most > 0 ? (LANGUAGES[best] as string) : null;
}
