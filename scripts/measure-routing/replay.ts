// Purpose: routers between two models over recorded prompts: ours by evidence of the subject, and what it is compared with.
// May import: its neighbours here, the article's rules, src/tasks and src/routing through them.
// Everything is seeded: the same data give the same figures. Start reading at replay.
import { articleRoute } from '../demo-article/article-rules.ts';
import { createRandom } from '../train-tasks/random.ts';
import { Neighbourhood, type Vector, vectorOf } from './neighbours.ts';
import { bySubject, halfOfSubjects, type ReplayItem, type Split, splitOf } from './replay-set.ts';
import {
  averageGapRecovered,
  averageQuality,
  callShareFor,
  costSaved,
  curveOf,
  hullOf,
  intervalOf,
  orderOf,
  type PairOutcome,
  type Point,
  performanceGain,
} from './routing-metrics.ts';
import { beliefsOf, decisionsOf, rowsFrom } from './subject-evidence.ts';

/** Items a subject; the last is about half of what there is. */
const SAMPLES = [5, 10, 20, 50, 120] as const;
/** Where the targets lie; the baselines are measured there too. */
const JUDGED = [10, 50, 120] as const;
const DRAWS = 500;

/** How one router did over all seeds: means, and the interval of one replay. */
export interface RouterFigures {
  name: string;
  apgr: number;
  /** By seed. */
  seeds: number[];
  /** Bootstrap over seeds and prompts, 500 draws. */
  interval: [low: number, high: number];
  /** Least share of strong calls for half and for four fifths of the gap; null where a seed does not reach it. */
  cpt50: number | null;
  cpt80: number | null;
  /** Mean quality of the hull over the share of strong calls. */
  aiq: number;
  performanceGain: number;
  costSaved: number | null;
}

/** What is decided at one number of items, by the product's defaults. */
export interface DecisionFigures {
  name: string;
  quality: number;
  strongShare: number;
  /** Quality that knowing the better model of each subject, or of each prompt, would have brought besides. */
  taskRegret: number;
  promptRegret: number;
  /** Share of subjects that were compared by themselves. */
  ownCell: number;
}

interface Scored {
  outcomes: readonly PairOutcome[];
  scores: Float64Array;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** null where any of them is. */
function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : mean(known);
}

function bootstrapped(runs: readonly Scored[], seed: number): [number, number] {
  const random = createRandom(seed);
  const orders = runs.map(({ scores }) => orderOf(scores));
  const values = Array.from({ length: DRAWS }, () => {
    const at = random.below(runs.length);
    const { outcomes, scores } = runs[at] as Scored;
    const weights = new Int32Array(outcomes.length);
    for (let draw = 0; draw < outcomes.length; draw += 1) {
      const place = random.below(outcomes.length);
      weights[place] = (weights[place] as number) + 1;
    }
    return averageGapRecovered(curveOf(outcomes, scores, orders[at], weights));
  });
  return intervalOf(values);
}

function figuresOf(name: string, runs: readonly Scored[]): RouterFigures {
  const curves = runs.map(({ outcomes, scores }) => curveOf(outcomes, scores));
  const strong = (curve: readonly Point[]): Point => curve.at(-1) as Point;
  const seeds = curves.map(averageGapRecovered);
  return {
    name,
    apgr: mean(seeds),
    seeds,
    interval: bootstrapped(runs, 1),
    cpt50: meanOrNull(curves.map((curve) => callShareFor(curve, 0.5))),
    cpt80: meanOrNull(curves.map((curve) => callShareFor(curve, 0.8))),
    aiq: mean(curves.map((curve) => averageQuality(hullOf(curve), 0, 1))),
    performanceGain: mean(curves.map((curve) => performanceGain(curve, strong(curve)))),
    costSaved: meanOrNull(curves.map((curve) => costSaved(curve, strong(curve)))),
  };
}

const scoredBy = (items: readonly ReplayItem[], scoreOf: (item: ReplayItem) => number): Scored => ({
  outcomes: items,
  scores: Float64Array.from(items, scoreOf),
});

const bySubjectEvidence = ({ learn, route }: Split, samples: number): Scored => {
  const beliefs = beliefsOf(rowsFrom(learn, samples));
  return scoredBy(route, ({ subject }) => beliefs.get(subject) as number);
};

/** Vectors of all prompts, read once. */
type Vectors = ReadonlyMap<string, Vector>;

function byNeighbours(known: readonly ReplayItem[], route: readonly ReplayItem[], vectors: Vectors): Scored {
  const vectorFor = ({ id }: ReplayItem): Vector => vectors.get(id) as Vector;
  const near = new Neighbourhood(
    known.map(vectorFor),
    known.map(({ weak, strong }) => strong - weak),
  );
  return scoredBy(route, (item) => near.valueNear(vectorFor(item)));
}

/** Nothing is known of the subjects that are routed: only their texts can tell them apart. */
function onUnseenSubjects(split: Split, items: readonly ReplayItem[], seed: number, vectors: Vectors): Scored {
  const seen = halfOfSubjects(items, seed);
  const known = [...split.learn].flatMap(([subject, list]) => (seen.has(subject) ? list : []));
  const route = split.route.filter(({ subject }) => !seen.has(subject));
  return byNeighbours(known, route, vectors);
}

function decisionFigures(samples: number, splits: readonly Split[]): DecisionFigures {
  const runs = splits.map(({ learn, route }) => {
    const decisions = decisionsOf(rowsFrom(learn, samples));
    const of = (item: ReplayItem) => decisions.get(item.subject) as { model: 'weak' | 'strong'; own: boolean };
    const quality = mean(route.map((item) => item[of(item).model]));
    return {
      quality,
      strongShare: mean(route.map((item) => Number(of(item).model === 'strong'))),
      ...regretsOf(route, quality),
      ownCell: mean([...decisions.values()].map(({ own }) => Number(own))),
    };
  });
  const over = (of: (run: (typeof runs)[number]) => number): number => mean(runs.map(of));
  return {
    name: `decided by ${samples} items a subject`,
    quality: over((run) => run.quality),
    strongShare: over((run) => run.strongShare),
    taskRegret: over((run) => run.taskRegret),
    promptRegret: over((run) => run.promptRegret),
    ownCell: over((run) => run.ownCell),
  };
}

function regretsOf(route: readonly ReplayItem[], quality: number): { taskRegret: number; promptRegret: number } {
  let better = 0;
  for (const items of bySubject(route).values()) {
    const sum = (side: 'weak' | 'strong'): number => items.reduce((total, item) => total + item[side], 0);
    better += Math.max(sum('weak'), sum('strong'));
  }
  const either = mean(route.map(({ weak, strong }) => Math.max(weak, strong)));
  return { taskRegret: better / route.length - quality, promptRegret: either - quality };
}

/** Always one model, as a decision. */
function always(side: 'weak' | 'strong', splits: readonly Split[]): DecisionFigures {
  const runs = splits.map(({ route }) => {
    const quality = mean(route.map((item) => item[side]));
    return { quality, ...regretsOf(route, quality) };
  });
  return {
    name: `always the ${side} model`,
    quality: mean(runs.map(({ quality }) => quality)),
    strongShare: side === 'strong' ? 1 : 0,
    taskRegret: mean(runs.map(({ taskRegret }) => taskRegret)),
    promptRegret: mean(runs.map(({ promptRegret }) => promptRegret)),
    ownCell: 0,
  };
}

export interface Replay {
  items: number;
  routers: RouterFigures[];
  decisions: DecisionFigures[];
}

/** All routers on all seeds. `note` hears how far it is. */
export function replay(items: readonly ReplayItem[], seeds: number, note: (text: string) => void): Replay {
  const splits = Array.from({ length: seeds }, (_, seed) => splitOf(items, seed + 1));
  const routers = SAMPLES.map((samples) => {
    note(`evidence of ${samples} items a subject`);
    return figuresOf(
      `subject evidence, ${samples} items`,
      splits.map((split) => bySubjectEvidence(split, samples)),
    );
  });
  note('reading features');
  const vectors: Vectors = new Map(items.map(({ id, prompt }) => [id, vectorOf(prompt)]));
  for (const samples of JUDGED) {
    note(`neighbours among ${samples} items a subject`);
    const runs = splits.map(({ learn, route }) =>
      byNeighbours(
        [...learn.values()].flatMap((list) => list.slice(0, samples)),
        route,
        vectors,
      ),
    );
    routers.push(figuresOf(`kNN over features, ${samples} items`, runs));
  }
  note('subjects that were never seen');
  const unseen = splits.map((split, seed) => onUnseenSubjects(split, items, seed + 1, vectors));
  routers.push(figuresOf('kNN over features, unseen subjects', unseen));
  const prefersStrong = ({ prompt }: ReplayItem): number => Number(articleRoute(prompt).model === 'openai/gpt-5.5');
  routers.push(
    figuresOf(
      "the article's table",
      splits.map(({ route }) => scoredBy(route, prefersStrong)),
    ),
    figuresOf(
      'random',
      splits.map(({ route }) => scoredBy(route, () => 0)),
    ),
  );
  note('decisions');
  const decisions = [
    ...JUDGED.map((samples) => decisionFigures(samples, splits)),
    always('strong', splits),
    always('weak', splits),
  ];
  return { items: items.length, routers, decisions };
}
