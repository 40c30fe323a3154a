import { nearestNames } from '../lib/edit-distance.ts';
import { findDatedAlias } from './dated-aliases.ts';
import { didYouMean, type Findings } from './findings.ts';
import { catalogueNames, logicalName, nearestModels, spellingAliases } from './model-names.ts';
import { findModel } from './models.ts';

/** Names that requests use for other things than models. */
const RESERVED = /^(auto|ensemble|sandbox)(\/|$)/;

/** All names of models in one configuration: the catalogue's, the configuration's own, and other spellings of both. */
export class NameTable {
  readonly #configured = new Map<string, string>();
  readonly #known: Set<string>;

  constructor(configured: Readonly<Record<string, string>>, findings: Findings) {
    this.#known = catalogueNames();
    for (const [alias, target] of Object.entries(configured)) {
      const problem = aliasProblem(alias, target, configured);
      if (problem === null) {
        this.#configured.set(alias, logicalName(target));
        // A configured meaning replaces a dated one.
        this.#known.delete(alias);
      } else findings.error(['aliases', alias], problem);
    }
  }

  /** The one logical name behind a name in any spelling; an unknown name comes back as it is. */
  logical(name: string): string {
    return this.#configured.get(name) ?? this.#configured.get(logicalName(name)) ?? logicalName(name);
  }

  /** What the catalogue says a dated alias stands for; undefined for every other name. */
  target(name: string): string | undefined {
    return this.#configured.has(name) ? undefined : (findDatedAlias(name)?.resolves_to ?? undefined);
  }

  add(model: string): void {
    this.#known.add(model);
  }

  isKnown(name: string): boolean {
    return this.#known.has(name) || this.#configured.has(name);
  }

  known(): ReadonlySet<string> {
    return this.#known;
  }

  /** Other name -> logical name; what the configuration says wins over spellings. */
  aliases(): Map<string, string> {
    const aliases = spellingAliases(this.#known);
    for (const [alias, target] of this.#configured) aliases.set(alias, target);
    for (const model of this.#known) aliases.delete(model);
    return aliases;
  }

  /** `Did you mean ...?` over every known name, or null. */
  suggestion(name: string, others: Iterable<string> = []): string | null {
    const near = nearestModels(name, [...this.#known, ...this.#configured.keys()], 3);
    return didYouMean([...new Set([...nearestNames(name, others, 2), ...near])].slice(0, 3));
  }
}

function aliasProblem(alias: string, target: string, all: Readonly<Record<string, string>>): string | null {
  if (alias === '' || RESERVED.test(alias)) return `The alias ${alias || '""'} would hide a reserved name.`;
  if (findModel(alias) !== null) return `The alias ${alias} would hide a model of that name.`;
  if (Object.hasOwn(all, target)) return `The alias ${alias} names another alias; name the model itself.`;
  return null;
}
