/** Where things lie whose keys are digests: some bytes for each instead of a key, an object and an entry. */
export interface Places {
  put(key: string, position: number): void;
  /** Where something of that key may lie, the last that was put first. A few are of other keys: whoever reads there sees it. */
  of(key: string): Generator<number>;
}

const FIRST_SLOTS = 1_024;

/** `key` is a digest in base64url: its first characters are as good as random. Positions begin at 0. */
export function createPlaces(): Places {
  let marks = new Uint32Array(FIRST_SLOTS);
  /** Position + 1; 0: free. */
  let places = new Float64Array(FIRST_SLOTS);
  let held = 0;
  const store = (mark: number, place: number): void => {
    let slot = mark % places.length;
    while (places[slot] !== 0) slot = (slot + 1) % places.length;
    marks[slot] = mark;
    places[slot] = place;
  };
  const grow = (): void => {
    const [oldMarks, oldPlaces] = [marks, places];
    marks = new Uint32Array(oldMarks.length * 2);
    places = new Float64Array(oldMarks.length * 2);
    // In the order in which they were put: positions only grow, and the later one of a key must stay behind the earlier.
    const order = [...oldPlaces.keys()].filter((slot) => oldPlaces[slot] !== 0);
    order.sort((left, right) => (oldPlaces[left] as number) - (oldPlaces[right] as number));
    for (const slot of order) store(oldMarks[slot] as number, oldPlaces[slot] as number);
  };
  return {
    put(key, position) {
      if ((held + 1) * 3 > places.length * 2) grow();
      store(markOf(key), position + 1);
      held += 1;
    },
    *of(key) {
      const mark = markOf(key);
      const found: number[] = [];
      for (let slot = mark % places.length; places[slot] !== 0; slot = (slot + 1) % places.length) {
        if (marks[slot] === mark) found.push((places[slot] as number) - 1);
      }
      yield* found.reverse();
    },
  };
}

/** 32 bits of the digest. */
const markOf = (key: string): number => Buffer.from(key.slice(0, 8), 'base64url').readUInt32LE(0);
