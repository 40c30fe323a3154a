/** 32-bit FNV-1a of UTF-16 code units. */
export function hashText(text: string): number {
  let value = 0x811c9dc5 | 0;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
}

/** Murmur3's finaliser: seeds that differ in one bit draw independently. */
function uniform(hash: number, seed: number): number {
  let value = (hash ^ Math.imul(seed, 0x9e3779b1)) | 0;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (((value ^ (value >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}

/**
 * A sort key whose ascending order is a weighted draw without replacement: each entry comes first with probability
 * weight/sum, and so on for the rest (exponential race; Efraimidis and Spirakis 2006). It depends on the entry and the
 * seed and on nothing else, so it does not matter in which order entries come or which others there are.
 */
export const weightedDraw = (hash: number, seed: number, weight: number): number =>
  -Math.log(uniform(hash, seed)) / weight;
