/** How far back the end of a text is looked at, UTF-16 units; longer than any number or address. */
const WINDOW = 64;
/** Fewer are a year, a page, an amount. */
const LEAST_DIGITS = 5;

const HALF_TOKEN = /PII_\w*$/i;
const OPEN_ADDRESS = /@\S*$/;

/**
 * Where the end of a text begins that may become a number, an address or a token once it goes on, so that nobody can say
 * yet what it is; the text's length: nowhere.
 * @param from what lies before is known
 */
export function halfSaidAt(text: string, from: number): number {
  const windowAt = Math.max(from, text.length - WINDOW);
  const words = [...text.slice(windowAt).matchAll(/\S+/g)].reverse();
  let at = text.length;
  for (const { 0: word, index } of words) {
    if (!/[\d@]/.test(word)) break;
    at = windowAt + index;
  }
  const end = text.slice(at);
  if (end.replaceAll(/\D/g, '').length >= LEAST_DIGITS || OPEN_ADDRESS.test(end)) return at;
  const token = HALF_TOKEN.exec(text.slice(windowAt));
  return token === null ? text.length : windowAt + token.index;
}
