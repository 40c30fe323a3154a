import type { PromptView } from '../contracts/prompt-view.ts';
import type { TaskProbability } from '../contracts/request-facts.ts';
import { DOMAINS, type Domain, TASKS, type Task } from '../contracts/vocabulary.ts';
import type { ExtractedText } from './extract-text.ts';
import { decodeFeatureTable, SLOTS } from './feature-table.ts';
import type { TextClass, TextClassifier } from './text-classifier.ts';
import { BLOCKS, FEATURES, readFeatures } from './text-features.ts';

/** What training leaves behind; `scripts/train-tasks.ts` writes it. */
export interface LinearWeights {
  /** Changes with every weight: digest of the bytes and of the numbers below. */
  version: string;
  /** Slots of the table of features. */
  slots: number;
  /** Which features are known, as feature-table.ts writes it. */
  features: string;
  /** Order of the six numbers of a slot. */
  tasks: readonly string[];
  /** A weight is its byte times this. */
  scale: number;
  /** Gain of each block of features, by name. */
  gains: Readonly<Record<string, number>>;
  /** Scores are divided by it before softmax: fitted to prompts that training had not seen. */
  temperature: number;
  /** The text is `unsure` where no class has at least this probability. */
  threshold: number;
  /** Signed bytes in base64, a slot's classes side by side. */
  weights: string;
  /** The same for the domain: none first, then the domains in their order; slots are folded. */
  domain: {
    domains: readonly string[];
    scale: number;
    gains: Readonly<Record<string, number>>;
    threshold: number;
    weights: string;
  };
}

const DOMAIN_BITS = 14;
/** Rows of the domain's weights. */
export const DOMAIN_ROWS = 1 << DOMAIN_BITS;

const CLASSES = TASKS.length;
/** None, then the domains. */
const DOMAIN_CLASSES = DOMAINS.length + 1;
/** Probabilities are whole numbers of 4,096ths, so that they add up to exactly 1 and stay short in a receipt. */
const STEPS = 4_096;

/** Features of a text without a word or a mark: its length. What is then most probable is the prior, not an answer. */
const LENGTH_ALONE = 1;

/** Arrays that V8 reads without checks, see feature-slots.ts; filled by `load`. */
const slots = FEATURES.slots;
const weights = new Int8Array(SLOTS * CLASSES);
const domainWeights = new Int8Array(DOMAIN_ROWS * DOMAIN_CLASSES);
/** A classifier's weights while another's are in their place; of those that are in place nothing more is kept. */
interface Loadable {
  kept: { tasks: Int8Array; domains: Int8Array } | null;
}
let loaded: Loadable | null = null;

function load(next: Loadable): void {
  if (loaded !== null) loaded.kept = { tasks: weights.slice(), domains: domainWeights.slice() };
  if (next.kept !== null) {
    weights.set(next.kept.tasks);
    domainWeights.set(next.kept.domains);
  }
  next.kept = null;
  loaded = next;
}

const sums = new Int32Array(CLASSES);
const scores = new Float64Array(CLASSES);
/** Classes by probability, and how many steps each has. */
const order = new Int32Array(CLASSES);
const steps = new Int32Array(CLASSES);

function checkShape({ slots, tasks, gains, domain }: LinearWeights): void {
  const fits =
    slots === SLOTS &&
    tasks.join() === TASKS.join() &&
    domain.domains.join() === DOMAINS.join() &&
    BLOCKS.every((block) => block in gains && block in domain.gains);
  if (!fits) throw new Error('The weights of the text classifier were trained for other features.');
}

/** Rounds to 4,096ths; what rounding leaves over goes to the first, the most probable one. */
function probabilities(temperature: number): TaskProbability[] {
  let most = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > most) most = score;
  let total = 0;
  for (let task = 0; task < CLASSES; task += 1) {
    const odds = Math.exp(((scores[task] as number) - most) / temperature);
    scores[task] = odds;
    total += odds;
  }
  let left = STEPS;
  for (let task = 0; task < CLASSES; task += 1) {
    const step = Math.round(((scores[task] as number) / total) * STEPS);
    left -= step;
    // Ties stay in the order of TASKS.
    let at = task;
    for (; at > 0 && (steps[order[at - 1] as number] as number) < step; at -= 1) order[at] = order[at - 1] as number;
    order[at] = task;
    steps[task] = step;
  }
  const first = order[0] as number;
  steps[first] = (steps[first] as number) + left;
  const sorted: TaskProbability[] = [];
  for (const task of order) sorted.push({ task: TASKS[task] as Task, p: (steps[task] as number) / STEPS });
  return sorted;
}

/**
 * The user's turn before the last one, as far as it can be known without roles: in a chat of question, answer and
 * question it stands two texts before the last turn. Where several system texts or parts break that order, something
 * else is read; it counts little.
 */
function earlierText({ texts, lastUserTexts, messages }: PromptView): string {
  const [first] = lastUserTexts;
  if (messages < 3 || first === undefined) return '';
  return texts[texts.lastIndexOf(first) - 2] ?? '';
}

/** A classifier from trained weights. @throws Error where they do not fit the features of this release */
export function createLinearClassifier(trained: LinearWeights): TextClassifier {
  checkShape(trained);
  const own: Loadable = { kept: { tasks: bytesOf(trained.weights), domains: bytesOf(trained.domain.weights) } };
  load(own);
  const table = decodeFeatureTable(trained.features);
  const domainOf = createDomainFinder(trained.domain);
  const gains = BLOCKS.map((block) => (trained.gains[block] as number) * trained.scale);
  const { version, temperature, threshold } = trained;
  return (extracted: ExtractedText, view: PromptView): TextClass => {
    if (loaded !== own) load(own);
    readFeatures(extracted, earlierText(view), table);
    scores.fill(0);
    let from = 0;
    for (let block = 0; block < gains.length; block += 1) {
      const to = FEATURES.ends[block] as number;
      if (to > from) addBlock(from, to, (gains[block] as number) / Math.sqrt(to - from));
      from = to;
    }
    const tasks = probabilities(temperature);
    const [first] = tasks as [TaskProbability];
    const task = from > LENGTH_ALONE && first.p >= threshold ? first.task : 'unsure';
    return { task, tasks, version, domain: domainOf() };
  };
}

function bytesOf(base64: string): Int8Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Domain of the features read last, or null where no domain reaches the threshold. */
function createDomainFinder({ scale, gains, threshold }: LinearWeights['domain']): () => Domain | null {
  const ofBlocks = BLOCKS.map((block) => (gains[block] as number) * scale);
  const found = new Float64Array(DOMAIN_CLASSES);
  return () => {
    found.fill(0);
    let from = 0;
    for (let block = 0; block < ofBlocks.length; block += 1) {
      const to = FEATURES.ends[block] as number;
      const gain = ofBlocks[block] as number;
      if (gain > 0 && to > from) addDomainBlock(from, to, gain / Math.sqrt(to - from), found);
      from = to;
    }
    return mostProbable(found, threshold);
  };
}

function mostProbable(found: Float64Array, threshold: number): Domain | null {
  let most = 0;
  for (let index = 1; index < found.length; index += 1) {
    if ((found[index] as number) > (found[most] as number)) most = index;
  }
  if (most === 0) return null;
  let odds = 0;
  for (const score of found) odds += Math.exp(score - (found[most] as number));
  return 1 / odds >= threshold ? (DOMAINS[most - 1] as Domain) : null;
}

/** Sums bytes as integers and scales once a block. */
function addBlock(from: number, to: number, scale: number): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  for (let at = from; at < to; at += 1) {
    const row = (slots[at] as number) * CLASSES;
    a += weights[row] as number;
    b += weights[row + 1] as number;
    c += weights[row + 2] as number;
    d += weights[row + 3] as number;
    e += weights[row + 4] as number;
    f += weights[row + 5] as number;
  }
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
  sums[4] = e;
  sums[5] = f;
  for (let task = 0; task < CLASSES; task += 1) {
    scores[task] = (scores[task] as number) + scale * (sums[task] as number);
  }
}

const domainSums = new Int32Array(DOMAIN_CLASSES);

/** The same for the domain. */
function addDomainBlock(from: number, to: number, scale: number, found: Float64Array): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  for (let at = from; at < to; at += 1) {
    const row = ((slots[at] as number) & ((1 << DOMAIN_BITS) - 1)) * DOMAIN_CLASSES;
    a += domainWeights[row] as number;
    b += domainWeights[row + 1] as number;
    c += domainWeights[row + 2] as number;
    d += domainWeights[row + 3] as number;
    e += domainWeights[row + 4] as number;
    f += domainWeights[row + 5] as number;
    g += domainWeights[row + 6] as number;
  }
  domainSums[0] = a;
  domainSums[1] = b;
  domainSums[2] = c;
  domainSums[3] = d;
  domainSums[4] = e;
  domainSums[5] = f;
  domainSums[6] = g;
  for (let index = 0; index < DOMAIN_CLASSES; index += 1) {
    found[index] = (found[index] as number) + scale * (domainSums[index] as number);
  }
}
