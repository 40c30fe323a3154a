import { createSeededRandom } from '../../lib/seeded-random.ts';

const SHINGLE = 5;
/** Longer texts are compared by their beginning and end: what a text is shows there, and cost stays bounded. */
const CONSIDERED = 8_000;
const BANDS = 16;
const ROWS = 4;
const HASHES = BANDS * ROWS;

/** A text's MinHash: two signatures agree in as many places as the texts share of their shingles, on average. */
export type Signature = Uint32Array;

/** Multipliers and summands of the hash functions; fixed, so that signatures of two processes can be compared. */
const FUNCTIONS = ((): Uint32Array => {
  const random = createSeededRandom('near-duplicates');
  return Uint32Array.from({ length: HASHES * 2 }, (_, index) =>
    index % 2 === 0 ? random.uint32() | 1 : random.uint32(),
  );
})();

const prepared = (text: string): string => {
  const plain = text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  return plain.length <= CONSIDERED ? plain : plain.slice(0, CONSIDERED / 2) + plain.slice(-CONSIDERED / 2);
};

/** FNV-1a over the units of a shingle. */
function shingleHash(text: string, start: number): number {
  let hash = 0x811c9dc5;
  const end = Math.min(text.length, start + SHINGLE);
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** A. Broder's MinHash (1997) over shingles of five characters. */
export function signatureOf(text: string): Signature {
  const plain = prepared(text);
  const least = new Uint32Array(HASHES).fill(0xffffffff);
  const seen = new Set<number>();
  const count = Math.max(1, plain.length - SHINGLE + 1);
  for (let start = 0; start < count; start++) {
    const shingle = shingleHash(plain, start);
    if (seen.has(shingle)) continue;
    seen.add(shingle);
    for (let place = 0; place < HASHES; place++) {
      let mixed = (Math.imul(shingle, FUNCTIONS[place * 2] as number) + (FUNCTIONS[place * 2 + 1] as number)) >>> 0;
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 0;
      if (mixed < (least[place] as number)) least[place] = mixed;
    }
  }
  return least;
}

/** Share of shingles that two texts have in common, estimated from 64 places. */
export function similarity(left: Signature, right: Signature): number {
  let same = 0;
  for (let place = 0; place < HASHES; place++) if (left[place] === right[place]) same += 1;
  return same / HASHES;
}

/** Finds earlier texts that are like a new one without comparing it with all of them. */
export interface SimilarityIndex {
  /** Indices of those that are at least as similar as `least`, most similar first. */
  like(signature: Signature, least: number): number[];
  add(signature: Signature): number;
}

/** Locality-sensitive hashing by bands: texts that share a band are compared, which those above .5 nearly always do. */
export function createSimilarityIndex(): SimilarityIndex {
  const signatures: Signature[] = [];
  const buckets = new Map<string, number[]>();
  const bandsOf = (signature: Signature): string[] =>
    Array.from(
      { length: BANDS },
      (_, band) => `${band} ${signature.subarray(band * ROWS, (band + 1) * ROWS).join(' ')}`,
    );
  return {
    like(signature, least) {
      const candidates = new Set(bandsOf(signature).flatMap((band) => buckets.get(band) ?? []));
      return [...candidates]
        .map((index) => ({ index, share: similarity(signature, signatures[index] as Signature) }))
        .filter(({ share }) => share >= least)
        .sort((a, b) => b.share - a.share)
        .map(({ index }) => index);
    },
    add(signature) {
      const index = signatures.push(signature) - 1;
      for (const band of bandsOf(signature)) buckets.set(band, [...(buckets.get(band) ?? []), index]);
      return index;
    },
  };
}
