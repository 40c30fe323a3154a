import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import type { Sample, Suite } from '../../contracts/evaluation.ts';
import { createLineReader } from '../../lib/line-reader.ts';

const HEAD = 'suite.json';
const SAMPLES = 'samples.jsonl';
/** Characters. */
const WRITTEN_AT_ONCE = 1 << 18;

/** A kept suite without its samples. */
export interface SuiteHead extends Omit<Suite, 'samples'> {
  samples: number;
}

/**
 * A suite whose samples stay where they lie: each is read when it is asked for, so that a run of many or of long ones
 * holds places and not texts.
 */
export interface KeptSuite extends Omit<Suite, 'samples'> {
  /** All of them, one at a time, in the order of the suite. */
  readonly samples: Iterable<Sample>;
  find(id: string): Sample | undefined;
  close(): void;
}

/**
 * Suites as they were when a run was planned, by their hash: a run can go on and be read where its data has moved or
 * changed. One folder a suite, one line a sample.
 */
export interface SuiteStore {
  /** Keeps a suite, with how it came to be where that is known; one that is there already is left as it is. */
  keep(suite: Suite, origin?: object): void;
  /** A kept suite with the named samples, or all. @throws AppError not_found */
  load(hash: string, ids?: ReadonlySet<string>): Suite;
  /** As `load`, but its samples stay on disk. To be closed. @throws AppError not_found */
  open(hash: string, ids: ReadonlySet<string>): KeptSuite;
  /** What is kept of it beside its samples. @throws AppError not_found */
  head(hash: string): Omit<Suite, 'samples'>;
  list(): SuiteHead[];
  /** The newest kept suite of a name, or null. */
  find(name: string): SuiteHead | null;
}

export function openSuiteStore(directory: string): SuiteStore {
  const headOf = (hash: string): SuiteHead & { kept_at: string } =>
    JSON.parse(readFileSync(join(directory, hash, HEAD), 'utf8')) as SuiteHead & { kept_at: string };
  const heads = (): (SuiteHead & { kept_at: string })[] => {
    if (!existsSync(directory)) return [];
    const hashes = readdirSync(directory).filter((name) => existsSync(join(directory, name, HEAD)));
    return hashes.map(headOf).sort((left, right) => (left.kept_at < right.kept_at ? 1 : -1));
  };
  const known = (hash: string): Omit<Suite, 'samples'> => {
    if (!/^[0-9a-f]{64}$/.test(hash) || !existsSync(join(directory, hash, HEAD))) {
      throw new AppError('not_found', `The suite ${hash.slice(0, 12)} is not kept here.`);
    }
    const { name, version, licence, scorer } = headOf(hash);
    return { name, version, licence, scorer, hash };
  };
  return {
    keep(suite, origin = {}) {
      const folder = join(directory, suite.hash);
      if (existsSync(join(folder, HEAD))) return;
      // Under another name until it is whole: a reader never meets half a suite.
      const coming = `${folder}.${process.pid}.new`;
      rmSync(coming, { recursive: true, force: true });
      mkdirSync(coming, { recursive: true, mode: 0o700 });
      writeSamples(join(coming, SAMPLES), suite.samples);
      const { samples, ...head } = suite;
      const kept = { ...head, samples: samples.length, kept_at: new Date().toISOString(), origin };
      const text = JSON.stringify(kept, null, 2);
      const descriptor = openSync(join(coming, HEAD), 'w', 0o600);
      writeSync(descriptor, `${text}\n`);
      closeSync(descriptor);
      rmSync(folder, { recursive: true, force: true });
      renameSync(coming, folder);
    },
    load(hash, ids) {
      return { ...known(hash), samples: readSamples(join(directory, hash, SAMPLES), ids) };
    },
    open(hash, ids) {
      return { ...known(hash), ...openSamples(join(directory, hash, SAMPLES), ids) };
    },
    head: known,
    list: heads,
    find: (name) => heads().find((head) => head.name === name) ?? null,
  };
}

function writeSamples(path: string, samples: readonly Sample[]): void {
  const descriptor = openSync(path, 'w', 0o600);
  try {
    let text = '';
    for (const sample of samples) {
      text += `${JSON.stringify(sample)}\n`;
      if (text.length < WRITTEN_AT_ONCE) continue;
      writeWhole(descriptor, text);
      text = '';
    }
    writeWhole(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

const linesOf = (descriptor: number): ReturnType<typeof createLineReader> =>
  createLineReader((buffer, offset, length, position) => readSync(descriptor, buffer, offset, length, position), 0);

/** A line's beginning tells its id, unless the id is very long or not its first member: then the whole line does. */
const HEAD_BYTES = 256;

function idIn(buffer: Buffer, start: number, end: number): string {
  const head = buffer.toString('utf8', start, Math.min(end, start + HEAD_BYTES));
  const first = /^\{"id":("(?:[^"\\]|\\.)*")/.exec(head)?.[1];
  if (first !== undefined) return JSON.parse(first) as string;
  return (JSON.parse(buffer.toString('utf8', start, end)) as Sample).id;
}

function openSamples(path: string, ids: ReadonlySet<string>): Pick<KeptSuite, 'samples' | 'find' | 'close'> {
  const descriptor = openSync(path, 'r');
  const order: string[] = [];
  const index = new Map<string, number>();
  const places: number[] = [];
  try {
    const lines = linesOf(descriptor);
    while (lines.next()) {
      const { buffer, start, end } = lines;
      const id = idIn(buffer, start, end);
      if (!ids.has(id)) continue;
      index.set(id, order.length);
      order.push(id);
      places.push(lines.offset, end - start);
    }
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  const at = Float64Array.from(places);
  const read = (number: number): Sample => {
    const bytes = Buffer.allocUnsafe(at[2 * number + 1] as number);
    readSync(descriptor, bytes, 0, bytes.length, at[2 * number] as number);
    return JSON.parse(bytes.toString('utf8')) as Sample;
  };
  return {
    samples: {
      *[Symbol.iterator]() {
        for (let number = 0; number < order.length; number++) yield read(number);
      },
    },
    find(id) {
      const number = index.get(id);
      return number === undefined ? undefined : read(number);
    },
    close: () => closeSync(descriptor),
  };
}

function readSamples(path: string, ids: ReadonlySet<string> | undefined): Sample[] {
  const descriptor = openSync(path, 'r');
  try {
    const lines = linesOf(descriptor);
    const samples: Sample[] = [];
    while (lines.next()) {
      const sample = JSON.parse(lines.buffer.toString('utf8', lines.start, lines.end)) as Sample;
      if (ids === undefined || ids.has(sample.id)) samples.push(sample);
    }
    return samples;
  } finally {
    closeSync(descriptor);
  }
}
