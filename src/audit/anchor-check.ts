import type { ChainLink } from '../contracts/receipt.ts';
import type { Anchor } from './anchor.ts';
import type { KeyLineage } from './key-lineage.ts';

/** Compares a chain, record by record, with what was kept of it elsewhere. */
export class AnchorCheck {
  /** In the order of the chain, those still to be met last. */
  #anchors: readonly Anchor[];
  #next = 0;
  #met = 0;
  #older = 0;
  /** Of the next anchor: one comparison a record is what it costs. */
  #seq: number;

  constructor(anchors: readonly Anchor[]) {
    this.#anchors = [...anchors].sort((a, b) => a.seq - b.seq);
    this.#seq = this.#anchors[0]?.seq ?? Number.POSITIVE_INFINITY;
  }

  get summary(): { met: number; older: number } {
    return { met: this.#met, older: this.#older };
  }

  /** Why the record contradicts an anchor; null when it does not. `keys`: which key is in force behind the record. */
  next(link: ChainLink, keys: KeyLineage): string | null {
    while (link.seq >= this.#seq) {
      const anchor = this.#anchors[this.#next] as Anchor;
      if (anchor.chain !== link.chain) {
        return `The anchor names record ${anchor.seq} of chain ${anchor.chain}, and this is chain ${link.chain}: another journal.`;
      }
      // Retention has taken what the anchor names: nothing is left to compare.
      if (link.seq > anchor.seq) this.#older += 1;
      else if (link.hash !== anchor.hash) {
        return 'The anchor names another record in its place: the chain up to here was written anew.';
      } else {
        const fault = anchor.signed === null ? null : keys.takeCheckpoint(anchor.signed);
        if (fault !== null) return `An anchor names it, and the anchor is not to be believed. ${fault}`;
        this.#met += 1;
      }
      this.#next += 1;
      this.#seq = this.#anchors[this.#next]?.seq ?? Number.POSITIVE_INFINITY;
    }
    return null;
  }

  /** What the chain lacks at its end; null when it holds all that anchors name. `head`: its last record. */
  missing(head: ChainLink | null): string | null {
    const anchor = this.#anchors[this.#next];
    if (anchor === undefined) return null;
    const last = this.#anchors.at(-1) as Anchor;
    if (head !== null && last.chain !== head.chain) {
      return `An anchor names chain ${last.chain}, and this is chain ${head.chain}: another journal.`;
    }
    return `The anchor names record ${last.seq}, and the journal ends with record ${head?.seq ?? 0}: cut off.`;
  }
}
