// running-world.ts: what decides in a running product, and how it is replaced.
// May import contracts/, config/, store/ and parts.ts; app.ts is its only user.
// Start at `reload`. A world is built whole or not at all, and goes on record before anybody decides in it.
// Changes come one after the other: of two at once the older could come last.
// Evidence is part of the world: promoting a version of it makes a new one.
import type { LoadedConfiguration } from './config/load.ts';
import type { ConfigurationSource } from './config/problem.ts';
import type { World } from './contracts/decision.ts';
import { type EvidenceRow, NO_EVIDENCE } from './contracts/evidence.ts';
import { type Built, buildFrom, type Parts, recordEvent, timeOf } from './parts.ts';
import { configuredKeys } from './store/configured-keys.ts';

/** Told of a world that is on record: from the next request on it decides. */
export type FollowWorld = (built: Built, loaded: LoadedConfiguration) => void;

export class RunningWorld {
  readonly #parts: Parts;
  readonly #follow: FollowWorld;
  #built: Built;
  #loaded: LoadedConfiguration;
  #source: ConfigurationSource;
  #changing: Promise<void> = Promise.resolve();

  constructor(parts: Parts, built: Built, follow: FollowWorld) {
    this.#parts = parts;
    this.#built = built;
    this.#follow = follow;
    this.#loaded = parts.options.loaded;
    this.#source = parts.options.source;
  }

  get built(): Built {
    return this.#built;
  }

  get loaded(): LoadedConfiguration {
    return this.#loaded;
  }

  get world(): World {
    return this.#built.gatewayWorld.world;
  }

  /** Puts it on record; once a version, whoever asks. */
  record(): void {
    const { version, versions } = this.world;
    const { journal, clock } = this.#parts;
    journal.append({ kind: 'world', at: timeOf(clock), world: version, versions, snapshot: this.#built.snapshot });
  }

  /** Takes a new configuration whole, or throws and keeps the old one. */
  async reload(next: LoadedConfiguration, source: ConfigurationSource): Promise<void> {
    await this.#inTurn(() => this.#rebuild(next, source));
    const { keys, clock } = this.#parts;
    keys.configure(configuredKeys(next.configuration.keys, timeOf(clock)));
    recordEvent(this.#parts, 'configuration_reloaded', 'system', { world: this.world.version });
  }

  /** Versions of evidence, oldest first, and what the promoted ones say. */
  evidence() {
    const { version, rows } = this.world.evidence ?? NO_EVIDENCE;
    // Scores of single items are for comparisons, not for reading.
    return { version, versions: this.#parts.evidence.list(), rows: rows.map((row) => ({ ...row, outcomes: null })) };
  }

  /** From the next request on decisions read this version. @throws AppError not_found */
  async promoteEvidence(version: string, actor: string): Promise<void> {
    this.#parts.evidence.promote(version);
    await this.#followEvidence('evidence_promoted', actor, version);
  }

  /** Back to the version promoted before; null: none was, so the table decides. @throws AppError not_found */
  async rollbackEvidence(sandbox: boolean, actor: string): Promise<string | null> {
    const version = this.#parts.evidence.rollback(sandbox);
    await this.#followEvidence('evidence_rolled_back', actor, version);
    return version;
  }

  /** Evidence of the sandbox counts at once; that of models when somebody promotes it. */
  async takeEvidence(rows: readonly EvidenceRow[], note: string): Promise<void> {
    const made = this.#parts.evidence.add(rows, note);
    recordEvent(this.#parts, 'evidence_added', 'system', { version: made.version, note, promoted: made.promoted });
    if (made.promoted) await this.#inTurn(() => this.#rebuild(this.#loaded, this.#source));
  }

  async #followEvidence(event: string, actor: string, version: string | null): Promise<void> {
    await this.#inTurn(() => this.#rebuild(this.#loaded, this.#source));
    recordEvent(this.#parts, event, actor, { version });
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  async #rebuild(loaded: LoadedConfiguration, source: ConfigurationSource): Promise<void> {
    this.#built = await buildFrom(this.#parts, loaded, source);
    this.#loaded = loaded;
    this.#source = source;
    this.record();
    this.#follow(this.#built, loaded);
  }
}
