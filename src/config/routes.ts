import type { Configuration, RouteConfig } from '../contracts/configuration.ts';
import type { ConfigurationFinding, ConfigurationPath } from '../contracts/configuration-problem.ts';
import type { Objective, Route, RouteCondition } from '../contracts/route.ts';
import { LABELS, type Label, TASK_NAME_ALIASES, TASKS, type Task } from '../contracts/vocabulary.ts';
import { nearestNames } from '../lib/edit-distance.ts';
import { DEFAULT_ROUTES } from './default-routes.ts';

type Report = (path: ConfigurationPath, message: string, hint?: string | null) => void;

/** Rows as the router takes them; without rows in the configuration, the default table. */
export function compileRoutes(rows: readonly RouteConfig[] | undefined): {
  routes: readonly Route[];
  findings: readonly ConfigurationFinding[];
} {
  const findings: ConfigurationFinding[] = [];
  const report: Report = (path, message, hint = null) => findings.push({ severity: 'error', path, message, hint });
  const written = rows ?? DEFAULT_ROUTES;
  checkDefaultRow(written, report);
  return { routes: written.map((row, index) => compileRow(row, ['routes', index], report)), findings };
}

/** The last row must be the default: a row after it could never match, and without it some requests match nothing. */
function checkDefaultRow(rows: readonly RouteConfig[], report: Report): void {
  const index = rows.findIndex((row) => row.default === true);
  if (index < 0) {
    report(['routes'], 'The last row must be the default row.', 'Add - { default: true, primary: maker/model }.');
  } else if (index < rows.length - 1) {
    report(
      ['routes', index + 1],
      'This row can never match: it comes after the default row.',
      'Move the default row to the end.',
    );
  }
}

function compileRow(row: RouteConfig, path: ConfigurationPath, report: Report): Route {
  return {
    when: row.when === undefined ? {} : compileCondition(row.when, [...path, 'when'], report),
    default: row.default === true,
    primary: [row.primary].flat(),
    fallback: row.fallback === undefined ? [] : [row.fallback].flat(),
    context_threshold: row.context_threshold ?? null,
    because: row.because ?? null,
    ...(row.hedge === true ? { hedge: true } : {}),
  };
}

function compileCondition(
  when: NonNullable<RouteConfig['when']>,
  path: ConfigurationPath,
  report: Report,
): RouteCondition {
  const condition: RouteCondition = {};
  const named = [when.task, when.label].map((name) => (name === undefined ? null : findTaskOrLabel(name)));
  for (const [index, member] of (['task', 'label'] as const).entries()) {
    const name = when[member];
    if (name !== undefined && named[index] === null) reportUnknownName(name, [...path, member], report);
  }
  for (const found of named) {
    if (found === null || found === undefined) continue;
    if (condition[found.kind] !== undefined) report(path, `The row names two ${found.kind}s, and no request has both.`);
    if (found.kind === 'task') condition.task = found.name;
    else condition.label = found.name;
  }
  if (when.language !== undefined) condition.language = when.language.toLowerCase();
  if (when.domain !== undefined) condition.domain = when.domain;
  if (when.length !== undefined) condition.length = when.length;
  if (when.use_case !== undefined) condition.use_case = when.use_case;
  if (when.modality !== undefined) condition.modality = when.modality;
  return condition;
}

type TaskOrLabel = { kind: 'task'; name: Task } | { kind: 'label'; name: Label };

/** The task or label of this name, the source article's names included; null where there is none. */
export function findTaskOrLabel(name: string): TaskOrLabel | null {
  const known = TASK_NAME_ALIASES[name] ?? name;
  if ((TASKS as readonly string[]).includes(known)) return { kind: 'task', name: known as Task };
  if ((LABELS as readonly string[]).includes(known)) return { kind: 'label', name: known as Label };
  return null;
}

/** Says what there is, or the near name. */
export function reportUnknownName(name: string, path: ConfigurationPath, report: Report): void {
  const near = nearestNames(name, [...TASKS, ...LABELS, ...Object.keys(TASK_NAME_ALIASES)], 1)[0];
  const all = `Tasks: ${TASKS.join(', ')}. Labels: ${LABELS.join(', ')}.`;
  report(path, `There is no task or label ${name}.`, near === undefined ? all : `Did you mean ${near}?`);
}

/** Objectives by name; `default` always exists. */
export function compileObjectives(objectives: Configuration['objectives']): Map<string, Objective> {
  const byName = new Map<string, Objective>(Object.entries(objectives));
  if (!byName.has('default')) byName.set('default', DEFAULT_OBJECTIVE);
  return byName;
}

/** Until a row's first model and a rival were measured this is the written order too (routing/rank-by-evidence.ts). */
const DEFAULT_OBJECTIVE: Objective = {
  mode: 'evidence',
  margin: 0.05,
  alpha: 0.1,
  usd_per_success: 0.05,
  usd_per_second_waited: 0.0005,
};
