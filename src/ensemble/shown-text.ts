import { withoutMarkdown } from '../checks/normalise.ts';

/** Blocks of code and code in a line, in which marks mean something. */
const FENCED = /(```[^\n]*\n[\s\S]*?(?:```|$))/g;
const INLINE = /(`[^`\n]+`)/g;
/** What may stand within a word or around it and says nothing. */
const MARKS = /[*_~`"'“”‘’«»]/gu;

/** Openings and closings that say nothing, in the languages that answers here are mostly in. */
const OPENINGS =
  /^(?:(?:sure|certainly|of course|absolutely|great question|happy to help|here(?:['’]s| is| are)|gern(?:e)?|natürlich|selbstverständlich|bien sûr|avec plaisir|claro|por supuesto|当然|好的|没问题|もちろんです|물론입니다)[^\n.!?。！？]{0,60}[.!?:。！？：]+\s*)+/iu;
const CLOSINGS =
  /\s*(?:(?:please )?(?:let me know|feel free to|i hope this helps|hope this helps)|wenn (?:du|sie) (?:noch|weitere) fragen|n'hésitez pas|no dudes en|如果(?:您|你)(?:还)?有(?:任何|其他)问题)[^\n]{0,160}$/iu;

/** Words by which a text speaks of the judging itself: no reader of an answer needs them. */
const JUDGING = [
  /\b(?:choose|select|pick|prefer|vote for|rank|rate|score|favou?r)\b[^.!?\n。！？]{0,40}\b(?:this (?:answer|response|candidate|one)|my (?:answer|response)|the (?:first|second) (?:answer|response|candidate|one))\b/iu,
  /\b(?:choose|select|pick|prefer|vote for|favou?r)\s+(?:\w+\s+)?(?:me|mine)\b/iu,
  /\b(?:this|my|the (?:first|second)) (?:answer|response|candidate) (?:is|must be|should be|deserves|wins)\b[^.!?\n。！？]{0,40}\b(?:best|better|winner|chosen|selected|preferred|correct one|superior|win)\b/iu,
  /\b(?:ignore|disregard|reject|discard|dismiss)\b[^.!?\n。！？]{0,40}\b(?:other|another|previous|prior|above|preceding|earlier|first|second)\s+(?:\w+\s+){0,2}(?:answers?|responses?|candidates?|instructions?|rubric|criteria|ones?)\b/iu,
  /\b(?:ignore|disregard)\s+(?:all|any|your|these|the)\s+(?:instructions?|rubric|criteria)\b/iu,
  // Whoever is spoken to, and not whoever is spoken of: judges and arbitrators are what many contracts are about.
  /^\W*(?:dear|hey|hello|hi|attention|(?:a )?(?:note|message|instructions?) (?:to|for)|to)[\s,:]+(?:the |whoever is (?:the )?|any |all )?(?:judge|arbiter|arbitrator|evaluator|grader|grading model)s?\b[^.!?\n。！？]{0,20}[:,!]/iu,
  /^\W*(?:judge|arbiter|arbitrator|evaluator|grader|grading model)s?\s*[:,!]\s*(?:you|please|kindly|this|my|the (?:first|second)|choose|select|pick|prefer)\b/iu,
  /\byou(?: are|['’]re)\s+(?:a|an|the)\s+(?:judge|arbiter|arbitrator|evaluator|grader)\b/iu,
  /^\W*as (?:a|an|the) (?:judge|arbiter|arbitrator|evaluator|grader)\b[^.!?\n。！？]{0,40}\b(?:you|your)\b/iu,
  /\b(?:verdict|decision|winner)\b(?:\s+[0-9a-f]+)?\s*(?:is|[:=-])\s*(?:the )?(?:first|second|tie)\b\s*(?:answer|response|candidate|one)?\s*[.!]?\s*$/iu,
  /^\W*(?:system|developer|assistant)\s*(?:(?:message|prompt|override|note)\s*:|:\s*(?:you|output|choose|select|pick|prefer|ignore|answer|always|the (?:first|second))\b)/iu,
  /(?:wähle?n? sie|wähle|bevorzuge?n?)[^.!?\n]{0,40}(?:diese|meine|die erste|die zweite) (?:antwort|lösung)/iu,
  /(?:choisi(?:s|ssez)|préfére[zr])[^.!?\n]{0,40}(?:cette|ma|la première|la seconde) réponse/iu,
  /(?:elige|elija|escoge|prefiere)[^.!?\n]{0,40}(?:esta|mi|la primera|la segunda) respuesta/iu,
  /(?:请)?(?:选择|选|挑选|偏向)[^。！？\n]{0,20}(?:我|这个|本|第一个|第二个)(?:的)?(?:答案|回答|回复)/u,
  /(?:忽略|无视)[^。！？\n]{0,20}(?:其他|另一个|以上|之前|评分|标准|指令)/u,
];

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Between sentences; a point within a number or a name ends none, a line break does. */
const BETWEEN_SENTENCES = /(?<=[.!?]["'”’)\]]*[ \t])(?=\S)|(?<=[。！？\n])/u;

const withoutSentences = (text: string, isUnwanted: (sentence: string) => boolean): string =>
  text
    .split(BETWEEN_SENTENCES)
    .map((sentence) => (isUnwanted(sentence) ? endOf(sentence) : sentence))
    .join('');

/** A sentence that is taken out leaves its line break. */
const endOf = (sentence: string): string => (sentence.endsWith('\n') ? '\n' : '');

/** Invisible characters, which could carry what no reader sees. */
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/gu;

/** What tells who wrote a text: "As X, ..." or "I am X" with the name of a maker or model that takes part. */
function namesOf(makersAndModels: readonly string[]): RegExp | null {
  const words = makersAndModels
    .flatMap((name) => [name, ...name.split(/[/\s@]/)])
    .flatMap((name) => [name, name.replace(/-/g, ' '), name.replace(/[-.\d ]+$/, ''), name.split('-')[0] as string])
    .filter((name) => name.length > 2 && !/^\d/.test(name));
  if (words.length === 0) return null;
  const known = [...new Set(words)].sort((a, b) => b.length - a.length).map(escaped);
  return new RegExp(
    `(?:\\b(?:i am|im|my name is|as|this is|speaking as|trained by|made by|built by|developed by|created by|ich bin|je suis|soy)|我是|作为|由)\\s*(?:an? |the )?(?:[\\w-]+ ){0,3}?(?:${known.join('|')})`,
    'iu',
  );
}

/**
 * What an arbiter sees of an answer: its statements, without what tells who wrote it, without markdown that would please
 * the eye, without politeness, and without sentences that speak to the judge. Code stays as it is, marks included, since
 * in it they mean something.
 */
export function shownText(text: string, makersAndModels: readonly string[]): string {
  const names = namesOf(makersAndModels);
  const isUnwanted = (sentence: string): boolean => {
    // Compatibility forms are folded for this look alone: what is shown keeps them, since 5² is not 52.
    const bare = sentence.replace(MARKS, '').normalize('NFKC');
    return JUDGING.some((pattern) => pattern.test(bare)) || (names?.test(bare) ?? false);
  };
  const pieces = text
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .split(FENCED)
    .map((piece, index) => (index % 2 === 0 ? proseOf(piece, isUnwanted) : codeOf(piece, isUnwanted)));
  return pieces
    .join('')
    .replace(OPENINGS, '')
    .replace(CLOSINGS, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Sentences are looked at with the code in them, so that none hides behind a mark. */
function proseOf(prose: string, isUnwanted: (sentence: string) => boolean): string {
  const plain = prose
    .split(INLINE)
    .map((piece, index) => (index % 2 === 0 ? withoutMarkdown(piece) : piece.slice(1, -1)))
    .join('');
  return withoutSentences(plain, isUnwanted);
}

/** In code only whole lines can speak to the judge: comments, strings. */
function codeOf(code: string, isUnwanted: (line: string) => boolean): string {
  return code
    .replace(/^```[^\n]*\n/, '')
    .replace(/```$/, '')
    .split('\n')
    .filter((line) => !isUnwanted(line))
    .join('\n');
}
