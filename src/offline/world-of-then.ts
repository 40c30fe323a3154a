import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { readAtOf } from '../audit/read.ts';
import { listSegments } from '../audit/segments.ts';
import { DISK } from '../config/files.ts';
import { loadConfiguration } from '../config/load.ts';
import { hasErrors } from '../config/problem.ts';
import type { WorldVersions } from '../contracts/decision.ts';
import type { WorldRecord } from '../contracts/journal.ts';
import { createLineReader } from '../lib/line-reader.ts';
import { EvidenceFiles } from '../store/evidence-files.ts';
import { buildOfflineWorld, type OfflineWorld, type OfflineWorldInput } from './offline-world.ts';

const WORLD = Buffer.from('{"kind":"world"');
/** Stands where a secret was: no decision depends on one, and keys must have some length. */
const SOME_SECRET = 'a secret that the record does not hold';

/** What the journal says of a world; null: its line is gone, or never was. */
async function findWorld(directory: string, version: string): Promise<WorldRecord | null> {
  for (const segment of (await listSegments(directory)).toReversed()) {
    const file = openSync(segment.path, 'r');
    try {
      const reader = createLineReader(readAtOf(file), 0);
      while (reader.next()) {
        const { buffer, start, end } = reader;
        if (end - start < WORLD.length || buffer.compare(WORLD, 0, WORLD.length, start, start + WORLD.length) !== 0) {
          continue;
        }
        const record = JSON.parse(buffer.toString('utf8', start, end)) as WorldRecord;
        if (record.world === version) return record;
      }
    } finally {
      closeSync(file);
    }
  }
  return null;
}

/** Placeholders of a configuration as written, each with something in its place. */
function placeholders(text: string): Record<string, string> {
  const names = [...text.matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g)].map((match) => match[1] as string);
  return Object.fromEntries(names.map((name) => [name, SOME_SECRET]));
}

/** The world of a record: its configuration and evidence, with the rules, catalogue and prices that are here now. */
async function rebuild(record: WorldRecord, at: Date, input: OfflineWorldInput): Promise<OfflineWorld | null> {
  const snapshot = record.snapshot as { configuration?: unknown } | null;
  if (typeof snapshot?.configuration !== 'object') return null;
  const text = JSON.stringify(snapshot.configuration).replaceAll('[redacted]', SOME_SECRET);
  const path = resolve(input.source.file ?? 'alidade.yaml');
  const env = { ...placeholders(text), ...input.env };
  const files = {
    ...DISK,
    kind: (asked: string) => (asked === path ? ('file' as const) : DISK.kind(asked)),
    readText: (asked: string) => (asked === path ? text : (DISK.readText(asked) ?? SOME_SECRET)),
  };
  const result = loadConfiguration({ path, cwd: process.cwd(), env, files });
  if (result.loaded === null || hasErrors(result.problems)) return null;
  const evidence = new EvidenceFiles(input.loaded.paths.dataDir, Date.now).readWorldVersion(record.versions.evidence);
  return buildOfflineWorld({ ...input, loaded: result.loaded, source: result.source, env, now: at, evidence });
}

/** Parts whose versions are not those of then. */
const changedParts = (then: WorldVersions, now: WorldVersions): string[] =>
  (Object.keys(then) as (keyof WorldVersions)[]).filter((part) => then[part] !== now[part]);

/** A world to decide in again, and what in it is not as it was. */
export interface WorldOfThen {
  world: OfflineWorld;
  /** Members of `versions` that differ; empty: it is the same world. null: nobody knows, its record is gone. */
  changed: readonly string[] | null;
}

/**
 * The world in which a decision was made, as far as it can be had: that of the configuration at hand where it is the
 * same, else the one that the journal describes. Rules, catalogue and prices are those of this installation.
 */
export async function worldOfThen(
  version: string,
  at: Date,
  journal: string,
  input: OfflineWorldInput,
): Promise<WorldOfThen> {
  const record = await findWorld(journal, version);
  const evidence =
    record === null
      ? undefined
      : new EvidenceFiles(input.loaded.paths.dataDir, Date.now).readWorldVersion(record.versions.evidence);
  const here = await buildOfflineWorld({ ...input, now: at, ...(evidence === undefined ? {} : { evidence }) });
  if (here.gatewayWorld.world.version === version) return { world: here, changed: [] };
  if (record === null) return { world: here, changed: null };
  const rebuilt = (await rebuild(record, at, input)) ?? here;
  return { world: rebuilt, changed: changedParts(record.versions, rebuilt.gatewayWorld.world.versions) };
}
