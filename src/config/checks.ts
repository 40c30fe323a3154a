import type { Configuration } from '../contracts/configuration.ts';
import type { ConfigurationFinding, ConfigurationPath } from '../contracts/configuration-problem.ts';
import { DATA_CLASSES, isDataClass } from '../contracts/data-classes.ts';
import { SECTORS, sectorName, THRESHOLDS } from '../contracts/sectors.ts';
import { LABELS } from '../contracts/vocabulary.ts';
import { nearestNames } from '../lib/edit-distance.ts';
import { checkEnsembles } from './ensembles.ts';
import { compileObjectives, findTaskOrLabel, reportUnknownName } from './routes.ts';

/** The configuration with what may be a path already replaced by what the file holds. */
export type InlineConfiguration = Configuration & {
  ensembles: Exclude<Configuration['ensembles'], string>;
  use_cases: Exclude<Configuration['use_cases'], string>;
};

/** A place of the configuration that names a model; the catalogue knows which exist. */
export interface ModelPlace {
  path: ConfigurationPath;
  target: string;
}

/** What the schema cannot say: names that must exist elsewhere, values that exclude each other. */
export function checkConfiguration(configuration: InlineConfiguration): ConfigurationFinding[] {
  const findings: ConfigurationFinding[] = [];
  const report: Report = (path, message, hint = null) => findings.push({ severity: 'error', path, message, hint });
  const useCases = configuration.use_cases.map((useCase) => useCase.id);
  checkDistinct(useCases, 'use_cases', report);
  checkDistinct(
    configuration.keys.map((key) => key.id),
    'keys',
    report,
  );
  checkRouteUseCases(configuration, useCases, report);
  checkUseCases(configuration, report);
  findings.push(...unheardSectors(configuration));
  checkKeys(configuration, useCases, report);
  checkEnsembles(configuration.ensembles ?? {}, report);
  return findings;
}

type Report = (path: ConfigurationPath, message: string, hint?: string | null) => void;

function checkDistinct(ids: readonly string[], list: string, report: Report): void {
  for (const [index, id] of ids.entries()) {
    if (ids.indexOf(id) !== index) report([list, index, 'id'], `A second entry has the id ${id}.`);
  }
}

function checkRouteUseCases(configuration: InlineConfiguration, useCases: readonly string[], report: Report): void {
  for (const [index, row] of (configuration.routes ?? []).entries()) {
    const useCase = row.when?.use_case;
    if (useCase !== undefined) checkKnown(useCase, useCases, 'use case', ['routes', index, 'when', 'use_case'], report);
  }
}

function checkUseCases(configuration: InlineConfiguration, report: Report): void {
  const objectives = [...compileObjectives(configuration.objectives).keys()];
  for (const [index, useCase] of configuration.use_cases.entries()) {
    const path = ['use_cases', index];
    if (typeof useCase.objective === 'string') {
      checkKnown(useCase.objective, objectives, 'objective', [...path, 'objective'], report);
    }
    if (useCase.task !== undefined && findTaskOrLabel(useCase.task) === null) {
      reportUnknownName(useCase.task, [...path, 'task'], report);
    }
    checkDataClasses(useCase.data_classes, [...path, 'data_classes'], report);
    checkLabels(useCase.labels, [...path, 'labels'], report);
    checkTeam(useCase.team, configuration, path, report);
  }
}

/** A class that is none labels traffic, and every rule about the one that is meant leaves it alone. */
function checkDataClasses(names: readonly string[] | undefined, path: ConfigurationPath, report: Report): void {
  for (const [index, name] of (names ?? []).entries()) {
    if (isDataClass(name)) continue;
    const near = nearestNames(name, DATA_CLASSES, 1)[0];
    const roots = DATA_CLASSES.filter((known) => !known.includes('.'));
    const hint =
      near === undefined ? `Classes are ${roots.join(', ')}, and those below them.` : `Did you mean ${near}?`;
    report([...path, index], `There is no data class ${name}.`, hint);
  }
}

/** Rules of one's own may ask about any, so that a word that the starter rules do not know is worth a warning only. */
function unheardSectors({ use_cases: useCases }: InlineConfiguration): ConfigurationFinding[] {
  const warn = (path: ConfigurationPath, what: string, known: readonly string[]): ConfigurationFinding => ({
    ...{ severity: 'warning', path, message: `No starter rule asks about the ${what}.` },
    hint: `They ask about ${known.join(', ')}; a rule of your own may ask about another.`,
  });
  return useCases.flatMap(({ sectors = [], over_threshold: thresholds = [] }, index) => [
    ...sectors.flatMap((sector, at) =>
      SECTORS.includes(sectorName(sector))
        ? []
        : [warn(['use_cases', index, 'sectors', at], `sector ${JSON.stringify(sector)}`, SECTORS)],
    ),
    ...thresholds.flatMap((name, at) =>
      THRESHOLDS.includes(name)
        ? []
        : [warn(['use_cases', index, 'over_threshold', at], `threshold ${JSON.stringify(name)}`, THRESHOLDS)],
    ),
  ]);
}

function checkKeys(configuration: InlineConfiguration, useCases: readonly string[], report: Report): void {
  for (const [index, key] of configuration.keys.entries()) {
    const path = ['keys', index];
    for (const [position, useCase] of (key.use_cases ?? []).entries()) {
      checkKnown(useCase, useCases, 'use case', [...path, 'use_cases', position], report);
    }
    const preferred = key.default_use_case;
    if (preferred !== undefined && !(key.use_cases ?? []).includes(preferred)) {
      report(
        [...path, 'default_use_case'],
        `The key may not name its own default ${preferred}.`,
        'Add it to use_cases.',
      );
    }
    checkLabels(key.labels, [...path, 'labels'], report);
    checkTeam(key.team, configuration, path, report);
  }
}

function checkLabels(labels: readonly string[] | undefined, path: ConfigurationPath, report: Report): void {
  for (const [index, label] of (labels ?? []).entries()) {
    if (findTaskOrLabel(label)?.kind !== 'label') checkKnown(label, LABELS, 'label', [...path, index], report);
  }
}

/** A name that is misspelt would have no limits at all. */
function checkTeam(
  team: string | undefined,
  { teams }: InlineConfiguration,
  path: ConfigurationPath,
  report: Report,
): void {
  if (team !== undefined) checkKnown(team, Object.keys(teams), 'team', [...path, 'team'], report);
}

function checkKnown(
  name: string,
  known: readonly string[],
  kind: string,
  path: ConfigurationPath,
  report: Report,
): void {
  if (known.includes(name)) return;
  const near = nearestNames(name, known, 1)[0];
  const all = known.length === 0 ? `No ${kind} is configured.` : `Known: ${known.join(', ')}.`;
  report(path, `There is no ${kind} ${name}.`, near === undefined ? all : `Did you mean ${near}?`);
}

/** Every place outside deployments and routes that names a model. Patterns such as `zhipu/*` name none. */
export function modelPlaces(configuration: InlineConfiguration): ModelPlace[] {
  const places: ModelPlace[] = [];
  for (const [name, ensemble] of Object.entries(configuration.ensembles ?? {})) {
    const path = ['ensembles', name];
    for (const [index, target] of ensemble.members.entries())
      places.push({ path: [...path, 'members', index], target });
    for (const member of ['arbiter', 'arbitrator'] as const) {
      const written = ensemble[member] ?? [];
      if (typeof written === 'string') places.push({ path: [...path, member], target: written });
      else for (const [index, target] of written.entries()) places.push({ path: [...path, member, index], target });
    }
  }
  for (const [index, key] of configuration.keys.entries()) {
    for (const [position, target] of (key.models ?? []).entries()) {
      if (!target.endsWith('*')) places.push({ path: ['keys', index, 'models', position], target });
    }
  }
  return places;
}
