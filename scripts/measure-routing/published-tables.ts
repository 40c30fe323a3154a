// Purpose: routers over published tables of accuracy and dollars by model and data set (LLMRouterBench, tables 9 and 10).
// May import: src/contracts, src/routing/evidence. The tables that choose are those that judge, so every figure is an
// upper bound of what routing by task could have brought. Start reading at routeTables.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EvidenceRow } from '../../src/contracts/evidence.ts';
import type { Objective } from '../../src/contracts/route.ts';
import { arenasFor } from '../../src/routing/evidence/arena.ts';
import { averageQuality, costSaved, hullOf, type Point, performanceGain } from './routing-metrics.ts';
import { OBJECTIVE } from './subject-evidence.ts';

/** The best single model of the tables, by macro accuracy. */
export const REFERENCE = 'gpt-5-medium';

type ByModel = Readonly<Record<string, Readonly<Record<string, number | null>>>>;

export interface PublishedTables {
  /** Items by data set. */
  samples: Readonly<Record<string, number>>;
  /** Percent. */
  accuracy: ByModel;
  /** Dollars for the whole data set. */
  cost: ByModel;
}

/** Macro accuracy in percent and dollars for all data sets together. */
export interface TableFigures extends Point {
  name: string;
}

export interface TableRouting {
  rows: TableFigures[];
  /** Of all choices by the product's rule, over what a right answer is worth, and of single models. */
  aiq: number;
  aiqSingle: number;
  performanceGain: number;
  costSaved: number | null;
}

export function readPublishedTables(folder: string): PublishedTables {
  const path = join(folder, 'llmrouterbench-tables', 'flagship_accuracy_cost.json');
  return JSON.parse(readFileSync(path, 'utf8')) as PublishedTables;
}

/** A model on a data set. */
interface Cell {
  model: string;
  accuracy: number;
  usd: number;
}

/** Models that ran on a data set. */
function cellsOf({ accuracy, cost }: PublishedTables, set: string): Cell[] {
  return Object.keys(accuracy).flatMap((model) => {
    const [percent, usd] = [accuracy[model]?.[set], cost[model]?.[set]];
    return percent == null || usd == null ? [] : [{ model, accuracy: percent, usd }];
  });
}

/** What choosing one model for each data set comes to. */
function chosen(name: string, tables: PublishedTables, choose: (cells: readonly Cell[], set: string) => Cell) {
  const picks = Object.keys(tables.samples).map((set) => choose(cellsOf(tables, set), set));
  const sum = (of: (cell: Cell) => number): number => picks.reduce((total, cell) => total + of(cell), 0);
  return { name, quality: sum(({ accuracy }) => accuracy) / picks.length, cost: sum(({ usd }) => usd) };
}

const cheapestOf = (cells: readonly Cell[]): Cell => cells.reduce((best, cell) => (cell.usd < best.usd ? cell : best));

function mostAccurate(cells: readonly Cell[]): Cell {
  const best = Math.max(...cells.map(({ accuracy }) => accuracy));
  return cheapestOf(cells.filter(({ accuracy }) => accuracy === best));
}

/** On every data set the cheapest model that is at least as accurate as the reference. */
function notWorse(cells: readonly Cell[]): Cell {
  const least = (cells.find(({ model }) => model === REFERENCE) as Cell).accuracy;
  return cheapestOf(cells.filter(({ accuracy }) => accuracy >= least));
}

function rowOf({ model, accuracy, usd }: Cell, set: string, n: number): EvidenceRow {
  const mean = accuracy / 100;
  return {
    cell: { task: 'conversational', language: null, length: null, use_case: set },
    model,
    deployment: null,
    model_version: null,
    metric: 'accuracy',
    n,
    mean,
    interval: [mean, mean],
    effective_n: null,
    instrument: { name: 'llmrouterbench', version: set, items: null },
    outcomes: null,
    usd_per_item: usd / n,
    seconds_per_item: null,
    date: '2026-01-01',
    run: 'llmrouterbench',
    kind: 'own',
    sandbox: false,
  };
}

/** The product's rule, as if a company had measured these figures itself: of those not inferior, the most worth. */
function byProduct(objective: Objective, { samples }: PublishedTables) {
  return (cells: readonly Cell[], set: string): Cell => {
    const n = samples[set] as number;
    const targets = cells.map(({ model }) => ({ id: model, model }));
    const rows = cells.map((cell) => rowOf(cell, set, n));
    const cell = { task: 'conversational', language: 'en', length: 'short', useCase: set } as const;
    const [arena] = arenasFor(rows, cell, targets);
    if (arena === undefined) throw new Error(`nobody can be compared on ${set}`);
    const means = arena.posteriors.map((posterior) => posterior?.mean ?? 0);
    const standings = arena.standings(means.indexOf(Math.max(...means)), objective);
    const kept = cells.flatMap((each, place) => {
      const worth = objective.usd_per_success * (means[place] as number) - each.usd / n;
      return standings[place]?.kept === true ? [{ each, worth }] : [];
    });
    return kept.reduce((best, candidate) => (candidate.worth > best.worth ? candidate : best)).each;
  };
}

/** Models that ran on every data set, alone. */
function singlesOf(tables: PublishedTables): TableFigures[] {
  const sets = Object.keys(tables.samples);
  return Object.keys(tables.accuracy)
    .filter((model) => sets.every((set) => tables.accuracy[model]?.[set] != null && tables.cost[model]?.[set] != null))
    .map((model) => chosen(model, tables, (cells) => cells.find((cell) => cell.model === model) as Cell));
}

/** Dollars that a right answer may be worth: from nothing to far more than any of the data sets cost. */
const WORTHS = [0, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
/** By how much an answer may be worse: everything, what the product allows, nothing. */
const MARGINS = [1, 0.2, 0.1, 0.05, 0.02, 0];

export function routeTables(tables: PublishedTables): TableRouting {
  const singles = singlesOf(tables);
  const reference = singles.find(({ name }) => name === REFERENCE) as TableFigures;
  const product = chosen('the product, defaults', tables, byProduct(OBJECTIVE, tables));
  const swept = MARGINS.flatMap((margin) =>
    WORTHS.map((usd) => {
      const objective = { ...OBJECTIVE, margin, usd_per_success: usd };
      return chosen(`${margin}/${usd}`, tables, byProduct(objective, tables));
    }),
  );
  const cheapestNotWorse = chosen(`cheapest not worse than ${REFERENCE}`, tables, notWorse);
  const [from, to] = [Math.min(...singles.map(({ cost }) => cost)), Math.max(...singles.map(({ cost }) => cost))];
  return {
    rows: [
      chosen('best model of each data set', tables, mostAccurate),
      cheapestNotWorse,
      product,
      ...singles.toSorted((a, b) => b.quality - a.quality),
    ],
    // A router may always choose one model for everything, so single models belong to what it can reach.
    aiq: averageQuality(hullOf([...swept, ...singles]), from, to),
    aiqSingle: averageQuality(hullOf(singles), from, to),
    performanceGain: performanceGain([chosen('', tables, mostAccurate)], reference),
    costSaved: costSaved([cheapestNotWorse], reference),
  };
}
