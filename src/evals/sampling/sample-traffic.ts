// sampling/: draws evaluation samples from a use case's own requests.
// May import: contracts, lib and the rest of evals/. Traffic comes in as items that somebody else has read and redacted.
// Start here; stratified-reservoir.ts is the draw, near-duplicates.ts says which texts are the same question.
// Everything that was looked at is counted: drawn, or excluded for one named reason.
// Memory does not grow with traffic: a reservoir holds places of texts, and only chosen texts are loaded.

import { AppError } from '../../contracts/errors.ts';
import type { Sample, SampleInput, Suite } from '../../contracts/evaluation.ts';
import type { SampleRequest } from '../../contracts/evaluation-request.ts';
import type { LengthBucket, TaskOrUnsure } from '../../contracts/vocabulary.ts';
import { ownSuite } from '../own-suites/own-suite.ts';
import { createSimilarityIndex, type Signature, signatureOf } from './near-duplicates.ts';
import { StratifiedReservoir } from './stratified-reservoir.ts';

/** Why a request is no part of the frame. */
export const EXCLUSIONS = [
  'policy',
  'unreadable',
  'not_text',
  'truncated',
  'no_receipt',
  'too_long',
  'near_duplicate',
] as const;
export type Exclusion = (typeof EXCLUSIONS)[number];

/** One request of the frame; its text is loaded only where it is chosen. */
export interface TrafficItem {
  requestId: string;
  /** RFC 3339. */
  at: string;
  task: TaskOrUnsure;
  language: string | null;
  length: LengthBucket;
  /** Of the redacted text of the whole conversation. */
  signature: Signature;
  /** Redacted; null where it is gone meanwhile. */
  load(): Promise<SampleInput | null>;
}

/** What reading traffic gives: an item, or why it is none. */
export type TrafficEntry = TrafficItem | { excluded: Exclusion };

/** How a sample came to be: kept beside its suite. */
export interface SampleFrame {
  use_case: string;
  since: string | null;
  until: string | null;
  seed: number;
  /** Requests with a body that were looked at, drawn or not. */
  looked_at: number;
  excluded: Readonly<Record<Exclusion, number>>;
  strata: readonly { stratum: string; seen: number; drawn: number; weight: number }[];
  anchor: number;
  fresh: number;
  /** Suite whose anchor part was carried over, or null where this one begins it. */
  anchor_from: string | null;
}

export interface DrawnSample {
  suite: Suite;
  frame: SampleFrame;
}

/** Two texts that share so much are one question asked twice. */
const SAME = 0.8;
/** Two texts that share so much come from one template: they are no independent samples. */
const ONE_TEMPLATE = 0.5;
/** Held for each stratum beyond what can be drawn, since near-duplicates are turned down. */
const SPARE = 4;

const stratumOf = ({ task, length, language }: Pick<TrafficItem, 'task' | 'length' | 'language'>): string =>
  `${task}/${length}/${language ?? 'unknown'}`;

/**
 * Draws a stratified random sample. `before`: the use case's sample so far, whose anchor part is carried over unchanged.
 * @throws AppError not_found where the frame holds nothing
 */
export async function sampleTraffic(
  traffic: AsyncIterable<TrafficEntry>,
  request: SampleRequest,
  before: Suite | null,
): Promise<DrawnSample> {
  const { use_case: useCase, size, seed, anchor: anchorShare } = request;
  const excluded = Object.fromEntries(EXCLUSIONS.map((reason) => [reason, 0])) as Record<Exclusion, number>;
  const reservoir = new StratifiedReservoir<TrafficItem>(size * SPARE, seed);
  let lookedAt = 0;
  for await (const entry of traffic) {
    lookedAt += 1;
    if ('excluded' in entry) excluded[entry.excluded] += 1;
    else reservoir.add(stratumOf(entry), entry);
  }
  const wantedAnchor = Math.round(size * anchorShare);
  const carried = (before?.samples ?? [])
    .filter(({ metadata }) => metadata['part'] === 'anchor')
    .slice(0, wantedAnchor);
  const index = createSimilarityIndex();
  for (const sample of carried) index.add(signatureOf(textOf(sample.input)));
  const carriedIds = new Set(carried.map(({ id }) => id));
  const draws = reservoir.draw(size - carried.length, (item) => {
    const same = carriedIds.has(item.requestId) || index.like(item.signature, SAME).length > 0;
    if (same) excluded.near_duplicate += 1;
    else index.add(item.signature);
    return !same;
  });
  const fresh = await loadAll(draws, excluded);
  if (fresh.length + carried.length === 0) {
    throw new AppError('not_found', `No request of ${useCase} can be drawn from: ${describe(lookedAt, excluded)}.`);
  }
  // The first sample of a use case begins the anchor; from then on it is carried over.
  const first = carried.length === 0;
  const marked = fresh.map((sample, place) => mark(sample, first && place < wantedAnchor ? 'anchor' : 'fresh'));
  const samples = withTemplates([...carried, ...marked]);
  const version = before === null ? '1' : String(Number(before.version) + 1);
  const suite = ownSuite({ name: request.name ?? `traffic/${useCase}`, version, scorer: request.scorer }, samples);
  return {
    suite,
    frame: {
      use_case: useCase,
      since: request.since ?? null,
      until: request.until ?? null,
      seed,
      looked_at: lookedAt,
      excluded,
      strata: draws.map(({ stratum, seen, chosen, weight }) => ({ stratum, seen, drawn: chosen.length, weight })),
      anchor: samples.filter(({ metadata }) => metadata['part'] === 'anchor').length,
      fresh: samples.filter(({ metadata }) => metadata['part'] === 'fresh').length,
      anchor_from: first ? null : (before?.hash ?? null),
    },
  };
}

const describe = (lookedAt: number, excluded: Readonly<Record<Exclusion, number>>): string => {
  const reasons = Object.entries(excluded).filter(([, count]) => count > 0);
  const named = reasons.map(([reason, count]) => `${count} ${reason.replace('_', ' ')}`).join(', ');
  return `${lookedAt} bodies were looked at${named === '' ? '' : `, excluded: ${named}`}; use cases keep bodies with keep_bodies: true`;
};

const mark = (sample: Sample, part: 'anchor' | 'fresh'): Sample => ({
  ...sample,
  metadata: { ...sample.metadata, part },
});

async function loadAll(
  draws: readonly { chosen: TrafficItem[]; weight: number }[],
  excluded: Record<Exclusion, number>,
): Promise<Sample[]> {
  const loaded: Sample[] = [];
  for (const { chosen, weight } of draws) {
    for (const item of chosen) {
      const input = await item.load();
      if (input === null) excluded.unreadable += 1;
      else loaded.push(sampleOf(item, input, weight));
    }
  }
  // Strata come one after the other; the anchor shall be a sample of all of them.
  return loaded.sort((left, right) => (reversed(left.id) < reversed(right.id) ? -1 : 1));
}

/** The random end of an id decides, so that neither time nor stratum does. */
const reversed = (id: string): string => [...id].reverse().join('');

const sampleOf = (
  { requestId, at, task, language, length }: TrafficItem,
  input: SampleInput,
  weight: number,
): Sample => ({
  id: requestId,
  input,
  target: null,
  metadata: { task, language, length, weight, at },
  cluster: null,
  itemDate: at.slice(0, 10),
});

/** The text of a conversation, as it is compared. */
export const textOf = ({ turns }: SampleInput): string =>
  turns
    .flatMap((turn) => ('parts' in turn ? turn.parts.map((part) => ('text' in part ? part.text : '')) : []))
    .join('\n');

/** Samples of one template get one cluster: what they say about a model hangs together. */
function withTemplates(samples: readonly Sample[]): Sample[] {
  const index = createSimilarityIndex();
  const groups: number[] = [];
  for (const { input } of samples) {
    const signature = signatureOf(textOf(input));
    const like = index.like(signature, ONE_TEMPLATE)[0];
    groups.push(like === undefined ? groups.length : (groups[like] as number));
    index.add(signature);
  }
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return samples.map((sample, place) => {
    const group = groups[place] as number;
    return { ...sample, cluster: (sizes.get(group) ?? 0) > 1 ? `template/${(samples[group] as Sample).id}` : null };
  });
}
