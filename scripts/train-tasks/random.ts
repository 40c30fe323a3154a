/** A small seeded generator (mulberry32), so that training gives the same bytes on every machine. */
export interface Random {
  /** 0 <= x < 1. */
  next(): number;
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  shuffle(list: Int32Array): void;
}

export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
    shuffle(list) {
      for (let i = list.length - 1; i > 0; i -= 1) {
        const j = below(i + 1);
        const held = list[i] as number;
        list[i] = list[j] as number;
        list[j] = held;
      }
    },
  };
}
