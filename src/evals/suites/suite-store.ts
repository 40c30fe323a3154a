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

/** A kept suite without its samples. */
export interface SuiteHead extends Omit<Suite, 'samples'> {
  samples: number;
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
      if (!/^[0-9a-f]{64}$/.test(hash) || !existsSync(join(directory, hash, HEAD))) {
        throw new AppError('not_found', `The suite ${hash.slice(0, 12)} is not kept here.`);
      }
      const { name, version, licence, scorer } = headOf(hash);
      return { name, version, licence, scorer, hash, samples: readSamples(join(directory, hash, SAMPLES), ids) };
    },
    list: heads,
    find: (name) => heads().find((head) => head.name === name) ?? null,
  };
}

function writeSamples(path: string, samples: readonly Sample[]): void {
  const descriptor = openSync(path, 'w', 0o600);
  try {
    for (const sample of samples) {
      const line = Buffer.from(`${JSON.stringify(sample)}\n`);
      for (let written = 0; written < line.length; ) written += writeSync(descriptor, line, written);
    }
  } finally {
    closeSync(descriptor);
  }
}

function readSamples(path: string, ids: ReadonlySet<string> | undefined): Sample[] {
  const descriptor = openSync(path, 'r');
  try {
    const lines = createLineReader(
      (buffer, offset, length, position) => readSync(descriptor, buffer, offset, length, position),
      0,
    );
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
