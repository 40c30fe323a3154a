/** What a block is. Calls end when they are told to; the others end where the next block begins. */
export type BlockKind = 'text' | 'thoughts' | 'call' | 'whole';

/** A block of content that was begun and is not completely written yet. */
export interface WrittenBlock {
  readonly kind: BlockKind;
  /** Tells blocks of one kind apart. */
  readonly key: number;
  readonly index: number;
  /** Everything of a delta event up to its payload. */
  readonly head: string;
  /** The same up to a piece of text; null until there is one. */
  textHead: string | null;
  /** Events that wait for the blocks before this one to end. */
  held: string;
  ended: boolean;
  /** For thoughts: whether they have their signature. */
  signed: boolean;
}

/**
 * Writes blocks of content as clients of this dialect expect them: one after the other, each with its start, its deltas
 * and its stop, and an index that counts them all. Where an upstream fills several calls at once, the first is written as
 * it comes and the others when those before them have ended: nothing is lost and no block is opened inside another.
 */
export class BlockWriter {
  /** The first is being written; the others wait. */
  readonly #open: WrittenBlock[] = [];
  #next = 0;

  /** The block that was begun last, unless it has ended. */
  get last(): WrittenBlock | null {
    const block = this.#open.at(-1);
    return block === undefined || block.ended ? null : block;
  }

  /** Begins a block with this value of `content_block`, raw JSON. The caller has ended the one before unless it is a call. */
  begin(kind: BlockKind, key: number, contentBlock: string): { block: WrittenBlock; text: string } {
    const index = this.#next;
    this.#next += 1;
    const head = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":`;
    const block: WrittenBlock = { kind, key, index, head, textHead: null, held: '', ended: false, signed: false };
    this.#open.push(block);
    const start = `event: content_block_start\ndata: {"type":"content_block_start","index":${index},"content_block":${contentBlock}}\n\n`;
    return { block, text: this.#write(block, start) };
  }

  /** A delta, raw JSON. */
  delta(block: WrittenBlock, delta: string): string {
    return this.#write(block, `${block.head}${delta}}\n\n`);
  }

  /** A piece of text: by far the most of all deltas, so everything around it is made once a block. */
  text(block: WrittenBlock, text: string): string {
    block.textHead ??= `${block.head}{"type":"text_delta","text":`;
    return this.#write(block, `${block.textHead}${JSON.stringify(text)}}}\n\n`);
  }

  end(block: WrittenBlock): string {
    block.ended = true;
    const stop = `event: content_block_stop\ndata: {"type":"content_block_stop","index":${block.index}}\n\n`;
    const text = this.#write(block, stop);
    return block === this.#open[0] ? text + this.#advance() : text;
  }

  #write(block: WrittenBlock, text: string): string {
    if (block === this.#open[0]) return text;
    block.held += text;
    return '';
  }

  /** The first block has ended: what waited behind it is written, up to a block that is still open. */
  #advance(): string {
    let text = '';
    while (this.#open[0]?.ended) {
      this.#open.shift();
      const next = this.#open[0];
      if (next === undefined) break;
      text += next.held;
      next.held = '';
    }
    return text;
  }
}
