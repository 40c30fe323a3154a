import type { World } from '../contracts/decision.ts';
import type { ModelReference } from '../contracts/request-facts.ts';
import { nearMatches } from './near-matches.ts';
import { resolveTarget } from './targets.ts';

/** What `model` of a request means. */
export type ModelResolution =
  /** `useCase` is the one named by `auto/<use case>`, as written: whoever knows the use cases checks it. */
  | { kind: 'resolved'; reference: ModelReference; useCase: string | null }
  /** `ensemble/<name>`, as written: whoever knows the ensembles checks it. */
  | { kind: 'ensemble'; ensemble: string }
  | { kind: 'unknown'; name: string; nearMatches: readonly string[] };

const AUTO_NAMES: readonly string[] = ['auto', 'alidade/auto'];
const AUTO_PREFIXES = ['auto/', 'alidade/auto/'] as const;
const ENSEMBLE_PREFIX = 'ensemble/';
const MAX_NEAR_MATCHES = 5;

const AUTO: ModelReference = Object.freeze({ kind: 'auto' });

function autoOf(name: string): ModelResolution | null {
  if (AUTO_NAMES.includes(name)) return { kind: 'resolved', reference: AUTO, useCase: null };
  for (const prefix of AUTO_PREFIXES) {
    if (name.startsWith(prefix) && name.length > prefix.length) {
      return { kind: 'resolved', reference: AUTO, useCase: name.slice(prefix.length) };
    }
  }
  return null;
}

function* namesOf(world: World): Iterable<string> {
  yield 'auto';
  yield* world.knownModels;
  yield* world.deploymentsByModel.keys();
  yield* world.aliases.keys();
  yield* world.deploymentsById.keys();
}

/**
 * Reads a model name: `auto`, `auto/<use case>`, `maker/model`, `maker/model@endpoint`, a deployment id, an alias, or
 * `ensemble/<name>`. A known model that nothing serves resolves: its decision says what is missing. Where nothing is
 * called so, up to five names that resemble it.
 */
export function resolveModel(name: string, world: World): ModelResolution {
  const trimmed = name.trim();
  const auto = autoOf(trimmed);
  if (auto !== null) return auto;
  if (trimmed.startsWith(ENSEMBLE_PREFIX)) {
    return { kind: 'ensemble', ensemble: trimmed.slice(ENSEMBLE_PREFIX.length) };
  }
  const reference = resolveTarget(trimmed, world);
  if (reference !== null) return { kind: 'resolved', reference, useCase: null };
  const near = nearMatches(trimmed, namesOf(world), MAX_NEAR_MATCHES).filter((match) => !match.endsWith('/*'));
  return { kind: 'unknown', name: trimmed, nearMatches: near };
}
