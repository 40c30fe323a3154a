import type { Known } from '../contracts/deployment.ts';
import type { Capability } from '../contracts/vocabulary.ts';
import { type ModelRow, SOURCES } from './model-row.ts';
import { MODEL_TABLE } from './model-table.ts';

/** A value somebody published, with where and when it was read. */
export interface Stated<T> {
  value: T;
  source: string;
  /** YYYY-MM-DD. */
  date: string;
}

/**
 * A logical model that exists. Everything nobody stated is null, `unknown` or absent: never 0, never false.
 * Facts are about the model as its maker publishes it; a host may serve less, which a deployment's own fields say.
 */
export interface CatalogueModel {
  /** `maker/model`, with the maker's own spelling of the model. */
  id: string;
  kind: 'chat' | 'embedding';
  /** What the maker's own API calls it; null where the maker does not serve it (any longer). */
  apiName: string | null;
  /** Other full names that mean this model, besides other spellings of the maker. */
  spellings: readonly string[];
  openWeights: Known<boolean>;
  contextWindow: Stated<number> | null;
  maxOutput: Stated<number> | null;
  /** true and false are statements; an absent member is unknown. */
  capabilities: Readonly<Partial<Record<Capability, boolean>>>;
  /** Only for admitted customers: a key alone does not light it. */
  restricted: boolean;
  /** Ids of data/claims whose subject it is. */
  claims: readonly string[];
}

function toModel([id, row]: [string, ModelRow]): CatalogueModel {
  const stated = (value: number | undefined) => (value === undefined ? null : { value, ...SOURCES[row.source] });
  const capabilities: Partial<Record<Capability, boolean>> = {};
  for (const capability of row.can ?? []) capabilities[capability] = true;
  for (const capability of row.cannot ?? []) capabilities[capability] = false;
  return {
    id,
    kind: row.kind ?? 'chat',
    apiName: row.apiName === undefined ? id.slice(id.indexOf('/') + 1) : row.apiName,
    spellings: row.spellings ?? [],
    openWeights: row.openWeights ?? 'unknown',
    contextWindow: stated(row.context),
    maxOutput: stated(row.output),
    capabilities,
    restricted: row.restricted ?? false,
    claims: row.claims ?? [],
  };
}

export const MODELS: readonly CatalogueModel[] = Object.entries(MODEL_TABLE).map(toModel);

const modelsById = new Map(MODELS.map((model) => [model.id, model]));

/** The catalogue's entry under exactly this id, or null. */
export function findModel(id: string): CatalogueModel | null {
  return modelsById.get(id) ?? null;
}
