import { Buffer } from 'node:buffer';

/** What stays, [keptStart, keptEnd) of the source, and what follows it. */
interface Replacement {
  keptStart: number;
  keptEnd: number;
  text: string | Buffer;
}

/** Collects replacements of byte spans, which must come in ascending order, and writes the result once. */
export class ByteSplice {
  readonly #source: Buffer;
  readonly #replaced: Replacement[] = [];
  #pos = 0;
  #length = 0;

  constructor(source: Buffer) {
    this.#source = source;
  }

  /** Puts `text`, in UTF-8 where it is a string, in place of the bytes in [start, end). */
  replace(start: number, end: number, text: string | Buffer): void {
    this.#replaced.push({ keptStart: this.#pos, keptEnd: start, text });
    this.#length += start - this.#pos + Buffer.byteLength(text);
    this.#pos = end;
  }

  /** A new buffer with every replacement made and every other byte as it was. */
  finish(): Buffer {
    const source = this.#source;
    const target = Buffer.allocUnsafe(this.#length + source.length - this.#pos);
    let written = 0;
    for (const { keptStart, keptEnd, text } of this.#replaced) {
      written += source.copy(target, written, keptStart, keptEnd);
      if (typeof text !== 'string') written += text.copy(target, written);
      else if (text !== '') written += target.write(text, written);
    }
    source.copy(target, written, this.#pos);
    return target;
  }
}
