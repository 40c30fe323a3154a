import { nearestNames } from '../lib/edit-distance.ts';
import { DATED_ALIASES, findDatedAlias } from './dated-aliases.ts';
import { bareName, MAKERS, makerOf, withMakerId } from './makers.ts';
import { type CatalogueModel, findModel, MODELS } from './models.ts';

const modelsBySpelling = new Map(
  MODELS.flatMap((model) => model.spellings.map((spelling) => [spelling, model.id] as const)),
);

/**
 * The one logical name for a name in any known spelling: `z-ai/glm-5.2` -> `zhipu/glm-5.2`,
 * `anthropic/claude-opus-4.8` -> `anthropic/claude-opus-4-8`. Dated aliases are logical names and stay as they are;
 * an unknown name comes back with its maker's prefix replaced.
 */
export function logicalName(name: string): string {
  const named = withMakerId(name);
  if (findModel(named) !== null || findDatedAlias(named) !== null) return named;
  return modelsBySpelling.get(named) ?? named;
}

/**
 * Every other spelling -> logical name: the prefixes of all makers for all `models`, and the spellings of the catalogue.
 * This is `aliases` of the world, before the config's own.
 */
export function spellingAliases(models: Iterable<string>): Map<string, string> {
  const aliases = new Map<string, string>(modelsBySpelling);
  for (const model of models) {
    for (const name of [model, ...(findModel(model)?.spellings ?? [])]) {
      for (const prefix of MAKERS.find((maker) => maker.id === makerOf(name))?.prefixes ?? []) {
        aliases.set(`${prefix}/${bareName(name)}`, model);
      }
    }
  }
  return aliases;
}

/** The catalogue's model behind a logical name: itself, or what its dated alias resolves to; null where nobody knows. */
export function catalogueModel(logical: string): CatalogueModel | null {
  return findModel(logical) ?? resolvedModel(logical);
}

/** What a dated alias resolves to, also where the alias is itself a model of the catalogue; null otherwise. */
export function resolvedModel(logical: string): CatalogueModel | null {
  const target = findDatedAlias(logical)?.resolves_to ?? null;
  return target === null ? null : findModel(target);
}

/** Every logical name that the catalogue knows, dated aliases included. */
export function catalogueNames(): Set<string> {
  return new Set([...MODELS.map((model) => model.id), ...DATED_ALIASES.map((alias) => alias.id)]);
}

/**
 * Known models that `name` may have meant, nearest first, at most `limit`. A name without a maker is compared with the
 * second half of every known one, so that `glm-5.2` finds `zhipu/glm-5.2`.
 */
export function nearestModels(name: string, known: Iterable<string>, limit: number): string[] {
  const candidates = [...known];
  if (name.includes('/')) return nearestNames(withMakerId(name), candidates, limit);
  const byBareName = new Map<string, string[]>();
  for (const candidate of candidates) {
    const bare = bareName(candidate);
    byBareName.set(bare, [...(byBareName.get(bare) ?? []), candidate]);
  }
  return nearestNames(name, byBareName.keys(), limit)
    .flatMap((bare) => byBareName.get(bare) ?? [])
    .slice(0, limit);
}
