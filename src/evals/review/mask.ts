/** Words of model names that say something else too: masking them would tear holes into ordinary text. */
const ORDINARY = new Set(
  'command nova sonar palm flash large small medium mini max pro ultra chat instruct base opus turbo preview latest vision coder code embed text model auto self local other'.split(
    ' ',
  ),
);

/** How models speak of themselves, in the languages that reviewers meet most. */
const TELL_TALES: readonly RegExp[] = [
  /\bSANDBOX: not an AI model\b\.?/gi,
  /\b(?:as|i am|i'm)\s+(?:an?\s+)?(?:ai|artificial intelligence|large)(?:\s+language)?(?:\s+(?:model|assistant|chatbot))?(?:\s+(?:made|created|developed|trained|built)\s+by\s+[\w .-]{2,40})?/gi,
  /\b(?:made|created|developed|trained|built)\s+by\s+\[model\]/gi,
  /\bmy\s+(?:knowledge|training)\s+(?:cut-?off|data)[^.!?\n]{0,80}/gi,
  /(?:作为|我是)(?:一个|一款|一名)?(?:由[^，。]{1,20}(?:开发|训练)的)?(?:人工智能|AI|大?语言模型)(?:助手|模型)?/g,
  /\bals\s+(?:ein\s+)?(?:KI|künstliche Intelligenz)[\w-]*/gi,
  /\ben tant qu['’](?:IA|intelligence artificielle)[\w -]{0,30}/gi,
];

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Families of a model id: of `glm-5.2` it is `glm`, of `mistral-large-3` `mistral`. */
function wordsOf(name: string): string[] {
  return name
    .split('/')
    .flatMap((part) => [part, part.split(/[-_\s.]?\d/)[0] ?? '', part.split(/[-_\s.:@]/)[0] ?? ''])
    .filter((word) => word.length >= 3 && !ORDINARY.has(word.toLowerCase()) && !/^\d/.test(word));
}

/**
 * Takes out of an answer what tells who wrote it: names of models and makers (`names`, with whatever version follows
 * them), and how models speak of themselves. Done here and not in a browser: what is not sent cannot be looked up.
 */
export function createMask(names: readonly string[]): (text: string) => string {
  const words = [...new Set(names.flatMap(wordsOf).map((word) => word.toLowerCase()))].sort(
    (a, b) => b.length - a.length,
  );
  const named =
    words.length === 0
      ? null
      : new RegExp(
          `(?<![\\p{L}\\p{N}])(?:chat)?(?:${words.map(escaped).join('|')})(?:[-\\s]?v?\\d[\\w.-]*)?(?![\\p{L}])`,
          'giu',
        );
  return (text) => {
    const plain = named === null ? text : text.replace(named, '[model]');
    return TELL_TALES.reduce((masked, pattern) => masked.replace(pattern, '[…]'), plain);
  };
}
