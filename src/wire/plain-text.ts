/** What JSON writes otherwise in a text, or does not allow there. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const NOT_PLAIN = /["\\\u0000-\u001f]/;

/**
 * The text between `head`, which ends with its quotation mark, and `tail`, which begins with the other one: what
 * `JSON.parse` would find there, at a fraction of its cost. Most events of a stream are a few letters between the same
 * words. null where the JSON is of another form, or anything of the text is escaped.
 */
export function textBetween(json: string, head: string, tail: string): string | null {
  const end = json.length - tail.length;
  // Equal pieces are compared by words, where startsWith and endsWith go letter by letter: a fifth of their time.
  if (end < head.length || json.slice(0, head.length) !== head || json.slice(end) !== tail) return null;
  const text = json.slice(head.length, end);
  return NOT_PLAIN.test(text) ? null : text;
}
