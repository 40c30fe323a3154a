/** Shannon entropy of a text's units in bits per unit. */
export function entropyOf(text: string): number {
  const counts = new Map<number, number>();
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Whether a text of sixteen units and more looks drawn at random rather than written: digits among letters, high entropy. */
export function looksRandom(text: string): boolean {
  if (!/^[A-Za-z0-9+/=_.~-]+$/.test(text) || !/\d/.test(text) || !/[A-Za-z]/.test(text)) return false;
  const bits = entropyOf(text);
  return /^[0-9a-f]+$/i.test(text) ? bits >= 3 && text.length >= 20 : bits >= 3.5;
}
