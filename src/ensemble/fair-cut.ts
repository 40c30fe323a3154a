/** Of a text that is shortened this share stays at its beginning, the rest at its end: conclusions stand there. */
const HEAD_SHARE = 0.6;

/** How much each text may keep of a room that is too small for all: short ones whole, long ones equally much. */
export function fairShares(lengths: readonly number[], room: number): number[] {
  const shares = lengths.map(() => 0);
  let left = room;
  let open = lengths.map((_, index) => index);
  while (open.length > 0) {
    const share = Math.floor(left / open.length);
    const whole = open.filter((index) => (lengths[index] as number) <= share);
    if (whole.length === 0) {
      for (const index of open) shares[index] = share;
      return shares;
    }
    for (const index of whole) {
      shares[index] = lengths[index] as number;
      left -= lengths[index] as number;
    }
    open = open.filter((index) => !whole.includes(index));
  }
  return shares;
}

/** Beginning and end of a text within `most` UTF-16 units, with a note of what was left out; whole where it fits. */
function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const note = `\n[... ${text.length - most} characters left out ...]\n`;
  const room = Math.max(0, most - note.length);
  const head = Math.floor(room * HEAD_SHARE);
  const tail = room - head;
  return text.slice(0, head).toWellFormed() + note + (tail === 0 ? '' : text.slice(-tail).toWellFormed());
}

/** The same for several at once. @returns the texts and which of them were shortened */
export function cutFairly(texts: readonly string[], room: number): { texts: string[]; shortened: boolean[] } {
  const shares = fairShares(
    texts.map(({ length }) => length),
    room,
  );
  const shortened = texts.map((text, index) => text.length > (shares[index] as number));
  return { texts: texts.map((text, index) => cutText(text, shares[index] as number)), shortened };
}
