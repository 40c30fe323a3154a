import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contracts/errors.ts';
import {
  type EvidenceRow,
  type EvidenceSnapshot,
  type EvidenceVersion,
  type EvidenceWriter,
  evidenceRowSchema,
  NO_EVIDENCE,
} from '../contracts/evidence.ts';
import { isoTime } from '../lib/iso-time.ts';

const SUFFIX = '.jsonl';
const POINTER = 'promoted.json';
/** Which versions were promoted, newest last; more than anybody rolls back through. */
const HISTORY = 50;

interface Header {
  kind: 'evidence';
  version: string;
  created_at: string;
  parent: string | null;
  note: string;
  rows: number;
  sandbox: boolean;
}

/** What a promotion says: the version that decides and those before it. */
interface Pointer {
  version: string | null;
  /** Promoted before, newest last. */
  earlier: readonly (string | null)[];
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw new AppError('config_invalid', `${path} cannot be read.`, { cause });
  }
}

/** Renamed into place, so that a crash leaves either the old file or the new one. */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
}

/** What a row says something of. */
const subjectOf = ({ cell, deployment, model, model_version, metric, instrument }: EvidenceRow) => [
  ...[cell.task, cell.language, cell.length, cell.use_case],
  ...[deployment, model, metric, instrument.name, instrument.version, model_version],
];

const identityOf = (row: EvidenceRow): string => JSON.stringify([row.run, ...subjectOf(row)]);

/** Of two rows of one subject and date nobody can tell the newer, so that the one added later takes the other's place. */
const occasionOf = (row: EvidenceRow): string => JSON.stringify([row.kind, row.date, ...subjectOf(row)]);

/** Sorted, so that the same rows make the same version in whatever order they came. */
function merged(before: readonly EvidenceRow[], added: readonly EvidenceRow[]): EvidenceRow[] {
  const fresh = new Map<string, EvidenceRow>();
  for (const row of added) {
    const identity = identityOf(row);
    // A file may hold what one source measured month by month: the newest counts.
    if (row.date >= (fresh.get(identity)?.date ?? '')) fresh.set(identity, row);
  }
  const occasions = new Set([...fresh.values()].map(occasionOf));
  const rows = new Map(before.filter((row) => !occasions.has(occasionOf(row))).map((row) => [identityOf(row), row]));
  for (const [identity, row] of fresh) rows.set(identity, row);
  return [...rows].sort(([a], [b]) => Number(a > b) - Number(a < b)).map(([, row]) => row);
}

const digestOf = (lines: string): string => createHash('sha256').update(lines).digest('hex').slice(0, 16);

function checked(row: unknown, place: string): EvidenceRow {
  const parsed = evidenceRowSchema.safeParse(row);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('invalid_request', `${place}: ${issue?.path.join('.') || 'row'}: ${issue?.message}`);
}

/**
 * One namespace of evidence: a folder of immutable versions, `<version>.jsonl` with a header line and a row a line, and a
 * pointer to the one that decides. The version is a digest over its rows.
 */
class EvidenceFolder {
  readonly #folder: string;
  readonly #sandbox: boolean;
  readonly #now: () => number;

  constructor(folder: string, sandbox: boolean, now: () => number) {
    this.#folder = folder;
    this.#sandbox = sandbox;
    this.#now = now;
  }

  /** Oldest first. */
  list(): EvidenceVersion[] {
    const promoted = this.pointer().version;
    return this.#headers().map(({ kind: _kind, ...header }) => ({
      ...header,
      promoted: header.version === promoted,
    }));
  }

  /** @throws AppError config_invalid where a row of the file is none, or another than it was */
  read(version: string): EvidenceSnapshot {
    const text = /^[0-9a-f]{16}$/.test(version) ? readText(this.#path(version)) : null;
    if (text === null) throw new AppError('not_found', `There is no evidence version ${JSON.stringify(version)}.`);
    const lines = text.split('\n').filter((line) => line !== '');
    const path = this.#path(version);
    const rows = lines.slice(1).map((line, index): EvidenceRow => {
      try {
        return checked(JSON.parse(line), `${path} line ${index + 2}`);
      } catch (cause) {
        const why = cause instanceof AppError ? cause.message : `${path} line ${index + 2} is not JSON.`;
        throw new AppError('config_invalid', why, { cause });
      }
    });
    // Receipts name the version as what they were decided by.
    if (digestOf(lines.slice(1).join('\n')) !== version) {
      throw new AppError('config_invalid', `${path} was changed after it was made: it is not what its name says.`);
    }
    return { version, rows };
  }

  promoted(): EvidenceSnapshot | null {
    const { version } = this.pointer();
    return version === null ? null : this.read(version);
  }

  add(rows: readonly EvidenceRow[], note: string, onto?: string | null): EvidenceVersion {
    const head = this.#headers().at(-1) ?? null;
    const parent = onto === undefined ? (head?.version ?? null) : onto;
    const all = merged(parent === null ? [] : this.read(parent).rows, rows);
    const lines = all.map((row) => JSON.stringify(row)).join('\n');
    const version = digestOf(lines);
    const known = this.#headers().find((header) => header.version === version);
    const header: Header = known ?? {
      kind: 'evidence',
      version,
      created_at: this.#createdAt(head),
      parent,
      note,
      rows: all.length,
      sandbox: this.#sandbox,
    };
    if (known === undefined) {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeWhole(this.#path(version), `${JSON.stringify(header)}\n${lines}\n`);
    }
    const { kind: _kind, ...shown } = header;
    return { ...shown, promoted: this.pointer().version === version };
  }

  pointer(): Pointer {
    const text = readText(join(this.#folder, POINTER));
    if (text === null) return { version: null, earlier: [] };
    try {
      const { version, earlier } = JSON.parse(text) as Pointer;
      if ((version === null || typeof version === 'string') && Array.isArray(earlier)) return { version, earlier };
    } catch {
      // Falls through to the same error as a wrong shape: both mean that the file is not ours.
    }
    throw new AppError('config_invalid', `${join(this.#folder, POINTER)} does not name an evidence version.`);
  }

  /** @throws AppError not_found, and the file's own faults: what cannot be read must not be promoted */
  promote(version: string): void {
    this.read(version);
    const before = this.pointer();
    if (before.version === version) return;
    this.#point({ version, earlier: [...before.earlier, before.version].slice(-HISTORY) });
  }

  /** Back to what was promoted before; null: nothing was, so the table decides again. */
  rollback(): string | null {
    const { version, earlier } = this.pointer();
    if (version === null && earlier.length === 0) {
      throw new AppError('not_found', 'No evidence version was promoted, so there is none to roll back.');
    }
    const target = earlier.at(-1) ?? null;
    this.#point({ version: target, earlier: earlier.slice(0, -1) });
    return target;
  }

  #point(pointer: Pointer): void {
    writeWhole(join(this.#folder, POINTER), `${JSON.stringify(pointer)}\n`);
  }

  #path(version: string): string {
    return join(this.#folder, version + SUFFIX);
  }

  /** Strictly later than the version before, so that the newest one can be told. */
  #createdAt(head: Header | null): string {
    const now = this.#now();
    return isoTime(head === null ? now : Math.max(now, Date.parse(head.created_at) + 1));
  }

  #headers(): Header[] {
    let names: string[];
    try {
      names = readdirSync(this.#folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
    return names
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => JSON.parse((readText(join(this.#folder, name)) as string).split('\n', 1)[0] as string) as Header)
      .sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
  }
}

function together(...snapshots: readonly (EvidenceSnapshot | null)[]): EvidenceSnapshot {
  const parts = snapshots.filter((part) => part !== null);
  if (parts.length === 0) return NO_EVIDENCE;
  return { version: parts.map(({ version }) => version).join('+'), rows: parts.flatMap(({ rows }) => rows) };
}

/**
 * Evidence in the data folder: `evidence/` for AI models and `evidence/sandbox/` for programs of ours, which never mix.
 * Small files read at start, so that decisions do not wait for the database.
 */
export class EvidenceFiles implements EvidenceWriter {
  readonly #real: EvidenceFolder;
  readonly #sandbox: EvidenceFolder;

  constructor(dataDir: string, now: () => number) {
    this.#real = new EvidenceFolder(join(dataDir, 'evidence'), false, now);
    this.#sandbox = new EvidenceFolder(join(dataDir, 'evidence', 'sandbox'), true, now);
  }

  /** `onto`: of which version and these rows it is made; null: of these rows alone. Absent: of the newest. */
  add(rows: readonly EvidenceRow[], note: string, onto?: string | null): EvidenceVersion {
    if (rows.length === 0) throw new AppError('invalid_request', 'There are no rows of evidence.');
    const all = rows.map((row, index) => checked(row, `row ${index + 1}`));
    const sandbox = (all[0] as EvidenceRow).sandbox;
    if (all.some((row) => row.sandbox !== sandbox)) {
      throw new AppError('invalid_request', 'Evidence of sandbox programs and of AI models cannot be added together.');
    }
    const folder = sandbox ? this.#sandbox : this.#real;
    const made = folder.add(all, note, onto);
    if (!sandbox) return made;
    folder.promote(made.version);
    return { ...made, promoted: true };
  }

  /** Versions of both namespaces, oldest first. */
  list(): EvidenceVersion[] {
    return [...this.#real.list(), ...this.#sandbox.list()];
  }

  /** @throws AppError not_found */
  read(version: string): EvidenceSnapshot {
    const { sandbox } = this.#find(version);
    return (sandbox ? this.#sandbox : this.#real).read(version);
  }

  /** What decisions read: the promoted rows of both namespaces, `none` where nothing is promoted. */
  promoted(): EvidenceSnapshot {
    return together(this.#real.promoted(), this.#sandbox.promoted());
  }

  /** What decisions would read if this version were promoted. @throws AppError not_found */
  promotedWith(version: string): EvidenceSnapshot {
    const { sandbox } = this.#find(version);
    const named = this.read(version);
    return sandbox ? together(this.#real.promoted(), named) : together(named, this.#sandbox.promoted());
  }

  /** The rows behind a version of a world, which may name one of each namespace. @throws AppError not_found */
  readWorldVersion(version: string): EvidenceSnapshot {
    if (version === NO_EVIDENCE.version) return NO_EVIDENCE;
    return { version, rows: version.split('+').flatMap((part) => this.read(part).rows) };
  }

  promote(version: string): void {
    const { sandbox } = this.#find(version);
    (sandbox ? this.#sandbox : this.#real).promote(version);
  }

  /** The version that decides from now on; null: none. */
  rollback(sandbox: boolean): string | null {
    return (sandbox ? this.#sandbox : this.#real).rollback();
  }

  #find(version: string): EvidenceVersion {
    const found = this.list().find((known) => known.version === version);
    if (found === undefined) {
      throw new AppError('not_found', `There is no evidence version ${JSON.stringify(version)}.`);
    }
    return found;
  }
}
