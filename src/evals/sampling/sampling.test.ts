import { describe, expect, it } from 'vitest';
import { parseSampleRequest } from '../../contracts/evaluation-request.ts';
import { createSeededRandom } from '../../lib/seeded-random.ts';
import { questionInput } from '../suites/suite.ts';
import { createSimilarityIndex, signatureOf, similarity } from './near-duplicates.ts';
import { sampleTraffic, type TrafficEntry } from './sample-traffic.ts';
import { allocate, StratifiedReservoir } from './stratified-reservoir.ts';

describe('a stratified reservoir', () => {
  it('gives every item of a stratum the same chance, whenever it came', () => {
    const counts = new Array<number>(40).fill(0);
    const ROUNDS = 4_000;
    for (let seed = 0; seed < ROUNDS; seed++) {
      const reservoir = new StratifiedReservoir<number>(10, seed);
      for (let item = 0; item < 40; item++) reservoir.add('one', item);
      for (const item of reservoir.draw(5, () => true)[0]?.chosen ?? []) counts[item] = (counts[item] ?? 0) + 1;
    }
    const expected = (ROUNDS * 5) / 40;
    // Five standard deviations of a binomial.
    for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected * (35 / 40)));
  });

  it('draws strata in proportion, the same for the same seed, and holds no more than its capacity', () => {
    const draw = (seed: number) => {
      const reservoir = new StratifiedReservoir<string>(100, seed);
      for (let item = 0; item < 3_000; item++) reservoir.add(item % 10 === 0 ? 'rare' : 'common', `item ${item}`);
      return reservoir.draw(50, () => true);
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(2)).not.toEqual(draw(1));
    expect(draw(1).map(({ stratum, seen, chosen, weight }) => [stratum, seen, chosen.length, weight])).toEqual([
      ['common', 2_700, 45, 60],
      ['rare', 300, 5, 60],
    ]);
  });

  it.each([
    [[90, 10], 10, [9, 1]],
    [[999, 1], 10, [9, 1]],
    [[5, 5], 100, [5, 5]],
    [[1, 1, 1, 1], 2, 2],
    [[100, 1, 1, 1], 4, 4],
  ] as const)('allocates %j among %i', (counts, size, expected) => {
    const parts = allocate(counts, size);
    if (typeof expected === 'number') expect(parts.reduce((sum, part) => sum + part, 0)).toBe(expected);
    else expect(parts).toEqual(expected);
  });
});

describe('near-duplicates', () => {
  const base =
    'Please summarise the following contract clause about liability for late delivery of goods in two sentences.';

  it('are found among many by what they share, and different questions are not taken for them', () => {
    const random = createSeededRandom(3);
    const words = 'alpha beta gamma delta river stone cloud engine window market paper number light forest'.split(' ');
    const text = (): string => Array.from({ length: 30 }, () => words[random.integer(words.length)]).join(' ');
    const index = createSimilarityIndex();
    for (let item = 0; item < 300; item++) index.add(signatureOf(text()));
    const place = index.add(signatureOf(base));
    expect(index.like(signatureOf(`  ${base.toUpperCase()} `), 0.8)).toEqual([place]);
    expect(index.like(signatureOf(base.replace('two', 'three')), 0.7)).toEqual([place]);
    expect(index.like(signatureOf('How do I bake bread without yeast?'), 0.5)).toEqual([]);
  });

  it('are measured close to the true share of common shingles', () => {
    const shingles = (value: string): Set<string> => {
      const plain = value.toLowerCase();
      return new Set(Array.from({ length: plain.length - 4 }, (_, start) => plain.slice(start, start + 5)));
    };
    for (const other of [`${base} Be brief.`, base.slice(30), `Kindly ${base.slice(7)}`]) {
      const [a, b] = [shingles(base), shingles(other)];
      const common = [...a].filter((shingle) => b.has(shingle)).length;
      const truth = common / (a.size + b.size - common);
      expect(Math.abs(similarity(signatureOf(base), signatureOf(other)) - truth)).toBeLessThan(0.2);
    }
  });
});

const words = 'amber basil cedar denim ember fjord grove hazel ivory jolly kayak lemon mango nylon olive pearl'.split(
  ' ',
);

/** A question that shares little with others. */
function question(seed: string): string {
  const random = createSeededRandom(seed);
  return Array.from({ length: 12 }, () => `${words[random.integer(16)]}${random.integer(1_000)}`).join(' ');
}

function entry(id: string, text = question(id), task: 'quantitative' | 'creative' = 'quantitative'): TrafficEntry {
  return {
    ...{ requestId: id, at: '2026-11-01T10:00:00Z', task, language: 'en', length: 'short' as const },
    signature: signatureOf(text),
    load: async () => questionInput(text),
  };
}

async function* traffic(entries: readonly TrafficEntry[]): AsyncGenerator<TrafficEntry> {
  yield* entries;
}

const asked = (more: object = {}) => parseSampleRequest({ use_case: 'billing', size: 20, ...more });
const entries = (prefix: string, count: number): TrafficEntry[] =>
  Array.from({ length: count }, (_, index) => entry(`${prefix}_${index}`));

describe('a sample of traffic', () => {
  it('says what was looked at, what was excluded and why, and how each stratum was drawn', async () => {
    const creative = Array.from({ length: 25 }, (_, index) => entry(`c_${index}`, undefined, 'creative'));
    const all = [...entries('q', 75), ...creative, { excluded: 'policy' as const }, { excluded: 'truncated' as const }];
    const { suite, frame } = await sampleTraffic(traffic(all), asked(), null);
    expect(frame).toMatchObject({
      looked_at: 102,
      excluded: { policy: 1, truncated: 1, near_duplicate: 0 },
      strata: [
        { stratum: 'creative/short/en', seen: 25, drawn: 5, weight: 5 },
        { stratum: 'quantitative/short/en', seen: 75, drawn: 15, weight: 5 },
      ],
      ...{ anchor: 10, fresh: 10, anchor_from: null },
    });
    expect(suite).toMatchObject({ name: 'traffic/billing', version: '1', scorer: 'exact' });
    expect(suite.samples[0]).toMatchObject({ target: null, metadata: { language: 'en', length: 'short', weight: 5 } });
    expect((await sampleTraffic(traffic(all), asked(), null)).suite.hash).toBe(suite.hash);
  });

  it('asks one question once, however often it was asked', async () => {
    const same = Array.from({ length: 50 }, (_, index) => entry(`same_${index}`, `${question('same')} ${index % 2}`));
    const { suite, frame } = await sampleTraffic(traffic([...same, ...entries('q', 5)]), asked(), null);
    expect(suite.samples).toHaveLength(6);
    expect(frame.excluded.near_duplicate).toBeGreaterThan(10);
  });

  it('carries its anchor over unchanged, targets and all, beside a fresh part without what is in it', async () => {
    const first = await sampleTraffic(traffic(entries('old', 60)), asked(), null);
    const labelled = {
      ...first.suite,
      samples: first.suite.samples.map((sample) => ({ ...sample, target: `answer of ${sample.id}` })),
    };
    const anchor = labelled.samples.filter(({ metadata }) => metadata['part'] === 'anchor');
    const second = await sampleTraffic(
      traffic([...entries('old', 60), ...entries('new', 60)]),
      asked({ seed: 9 }),
      labelled,
    );
    const carried = second.suite.samples.filter(({ metadata }) => metadata['part'] === 'anchor');
    expect(carried).toEqual(anchor);
    expect(second.frame).toMatchObject({ anchor: 10, fresh: 10, anchor_from: labelled.hash });
    expect(second.suite.version).toBe('2');
    const ids = second.suite.samples.map(({ id }) => id);
    expect(new Set(ids).size).toBe(20);
  });

  it('puts questions of one template into one cluster', async () => {
    const template = (value: string): string =>
      `Write a friendly reply to a customer who complains that the order number ${value} has not arrived after two weeks of waiting.`;
    const alike = ['18', '907', '5533', '61'].map((value, index) =>
      entry(`t_${index}`, template(`${value}${question(value).slice(0, 30)}`)),
    );
    const { suite } = await sampleTraffic(traffic([...alike, ...entries('q', 4)]), asked(), null);
    const clusters = suite.samples.flatMap(({ id, cluster }) => (id.startsWith('t_') ? [cluster] : []));
    expect(clusters.length).toBeGreaterThan(1);
    expect(new Set(clusters).size).toBe(1);
    expect(clusters[0]).toMatch(/^template\/t_/);
    expect(suite.samples.filter(({ id }) => id.startsWith('q_')).every(({ cluster }) => cluster === null)).toBe(true);
  });

  it('of nothing is refused with what was looked at', async () => {
    const nothing = sampleTraffic(traffic([{ excluded: 'policy' }]), asked(), null);
    await expect(nothing).rejects.toThrow(/1 bodies were looked at, excluded: 1 policy/);
  });

  it('loads only what it chose', async () => {
    let loaded = 0;
    const counted = entries('q', 200).map((item) => ({
      ...(item as Extract<TrafficEntry, { requestId: string }>),
      load: async () => {
        loaded += 1;
        return questionInput('text');
      },
    }));
    await sampleTraffic(traffic(counted), asked({ size: 10 }), null);
    expect(loaded).toBe(10);
  });
});
