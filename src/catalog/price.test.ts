import { readFileSync } from 'node:fs';
import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deployment, DeploymentPrice } from '../contracts/deployment.ts';
import { NO_USAGE, type Usage } from '../contracts/usage.ts';
import { costUsd, isAtListedPrice, mostUsd, periodAt, priceOf } from './price.ts';
import { createPriceBook, GENAI_PRICES_VERSION, type PriceQuery } from './price-book.ts';
import { catalogueOf, NOW } from './test-catalogue.ts';

const book = createPriceBook();

function find(provider: string, upstreamModel: string, more: Partial<PriceQuery> = {}): DeploymentPrice | null {
  return book.find({ provider, upstreamModel, kind: 'chat', factor: 1, now: NOW, ...more });
}

/** A deployment with this price; everything else does not matter here. */
function priced(price: unknown): Deployment {
  const catalogue = catalogueOf({
    endpoints: { own: { operator: 'self', preset: 'vllm', base_url: 'http://10.0.0.5/v1', private: true } },
    deployments: [{ id: 'd', model: 'acme/model', endpoint: 'own', ...(price === undefined ? {} : { price }) }],
  });
  return catalogue.deployments[0] as Deployment;
}

function withPrice(price: DeploymentPrice | null): Deployment {
  return { ...priced(undefined), price };
}

const usage = (input: number | null, output: number | null, more: Partial<Usage> = {}): Usage => ({
  ...NO_USAGE,
  input_tokens: input,
  output_tokens: output,
  ...more,
});

const NOW_MS = NOW.getTime();

describe('a price of text', () => {
  it('is none for sound that the vendor charges otherwise', () => {
    expect(find('google', 'gemini-2.5-flash')).toMatchObject({ inputUsdPerMtok: 0.3, notFor: ['audio'] });
    expect(find('openai', 'gpt-audio')).toMatchObject({ inputUsdPerMtok: 2.5, notFor: ['audio'] });
    // Sound costs the same there, or nobody says.
    for (const model of ['gemini-2.5-pro', 'gemini-3.5-flash'])
      expect(find('google', model)).not.toHaveProperty('notFor');
  });

  it('is none where the model may write images, which no request shows', () => {
    expect(find('google', 'gemini-2.5-flash-image')).toBeNull();
  });

  it('says nothing of requests with such content', () => {
    const flash = withPrice(find('google', 'gemini-2.5-flash'));
    expect(isAtListedPrice(flash, { modalities: ['text', 'image'] })).toBe(true);
    expect(isAtListedPrice(flash, { modalities: ['text', 'audio'] })).toBe(false);
    expect(isAtListedPrice(priced({ input_usd_per_mtok: 1, output_usd_per_mtok: 2 }), { modalities: ['audio'] })).toBe(
      true,
    );
  });
});

describe('costUsd', () => {
  const price = { input_usd_per_mtok: 2, output_usd_per_mtok: 8, cached_input_usd_per_mtok: 0.5 };

  it('charges each token once at its rate', () => {
    expect(costUsd(priced(price), usage(1_000_000, 500_000), NOW_MS)).toBeCloseTo(2 + 4, 12);
  });

  it('charges cached tokens once, at the cached rate', () => {
    const cached = usage(1_000_000, 0, { cached_input_tokens: 400_000 });
    expect(costUsd(priced(price), cached, NOW_MS)).toBeCloseTo(0.6 * 2 + 0.4 * 0.5, 12);
  });

  it('charges cached tokens like others where no cached rate is known', () => {
    const plain = { input_usd_per_mtok: 2, output_usd_per_mtok: 8 };
    const cached = usage(1_000_000, 0, { cached_input_tokens: 400_000 });
    expect(costUsd(priced(plain), cached, NOW_MS)).toBeCloseTo(2, 12);
  });

  it('charges cache reads and writes once each and never more input than there was (quirk: cache billed twice)', () => {
    const tokens = withPrice({
      kind: 'tokens',
      inputUsdPerMtok: 1,
      outputUsdPerMtok: 1,
      cachedInputUsdPerMtok: 1,
      cacheWriteUsdPerMtok: 1,
      source: 'config',
    });
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(2_000), fc.nat(2_000), (input, cached, written) => {
        const counted = usage(input, 0, { cached_input_tokens: cached, cache_write_tokens: written });
        // At one rate for all, the price is the number of tokens.
        expect((costUsd(tokens, counted, NOW_MS) as number) * 1e6).toBeCloseTo(input, 6);
      }),
    );
  });

  it('charges twice the input rate for what the cache keeps for an hour, and the most that a call may cost says so', () => {
    const tokens = withPrice({
      kind: 'tokens',
      inputUsdPerMtok: 4,
      outputUsdPerMtok: 20,
      cachedInputUsdPerMtok: 0.4,
      cacheWriteUsdPerMtok: 5,
      source: 'config',
    });
    const counted = (hour: number) =>
      usage(1_000_000, 0, {
        cached_input_tokens: 100_000,
        cache_write_tokens: 500_000,
        ...(hour === 0 ? {} : { cache_write_hour_tokens: hour }),
      });
    expect(costUsd(tokens, counted(0), NOW_MS)).toBeCloseTo(0.4 * 4 + 0.1 * 0.4 + 0.5 * 5, 12);
    expect(costUsd(tokens, counted(300_000), NOW_MS)).toBeCloseTo(0.4 * 4 + 0.1 * 0.4 + 0.2 * 5 + 0.3 * 8, 12);
    expect(costUsd(tokens, counted(900_000), NOW_MS)).toBeCloseTo(0.4 * 4 + 0.1 * 0.4 + 0.5 * 8, 12);
    expect(mostUsd(tokens, 1_000_000, 0, NOW_MS)).toBeCloseTo(8, 12);
  });

  it('charges reasoning once, as the output that it is (quirk: reasoning billed twice)', () => {
    const thought = usage(0, 500_000, { reasoning_tokens: 400_000 });
    expect(costUsd(priced(price), thought, NOW_MS)).toBeCloseTo(4, 12);
  });

  it('can be worked out again from the frozen price and the usage alone', () => {
    const frozen = priceOf(priced(price), NOW_MS);
    const counted = usage(1_000, 200, { cached_input_tokens: 300 });
    const again =
      (700 * (frozen?.input_usd_per_mtok as number) +
        300 * (frozen?.cached_input_usd_per_mtok as number) +
        200 * (frozen?.output_usd_per_mtok as number)) /
      1e6;
    expect(costUsd(priced(price), counted, NOW_MS)).toBeCloseTo(again, 12);
  });

  it('is unknown, not 0, without a price', () => {
    expect(costUsd(priced(undefined), usage(1_000, 1_000), NOW_MS)).toBeNull();
    expect(priceOf(priced(undefined), NOW_MS)).toBeNull();
  });

  it('is unknown where a priced count is unknown', () => {
    expect(costUsd(priced(price), usage(null, 10), NOW_MS)).toBeNull();
    expect(costUsd(priced(price), usage(10, null), NOW_MS)).toBeNull();
  });

  it('is never null or negative with a price and counts, and never falls when tokens are added', () => {
    const tokens = fc.nat(2_000_000);
    fc.assert(
      fc.property(tokens, tokens, tokens, tokens, (input, output, cached, more) => {
        const deployment = priced(price);
        const cost = costUsd(deployment, usage(input, output, { cached_input_tokens: cached }), NOW_MS) as number;
        expect(cost).toBeGreaterThanOrEqual(0);
        expect(
          costUsd(deployment, usage(input, output + more, { cached_input_tokens: cached }), NOW_MS),
        ).toBeGreaterThanOrEqual(cost);
      }),
    );
  });

  it('spreads the hour of own hardware over the tokens it serves', () => {
    const owned = priced({ usd_per_hour: 3.6, capacity_tokens_per_s: 1_000, utilisation: 0.5 });
    // 3.6 dollars buy 1,000 x 3,600 x 0.5 = 1.8 million tokens.
    expect(costUsd(owned, usage(900_000, 900_000), NOW_MS)).toBeCloseTo(3.6, 12);
    expect(priceOf(owned, NOW_MS)).toMatchObject({ input_usd_per_mtok: 2, output_usd_per_mtok: 2, source: 'owned' });
    expect(costUsd(owned, usage(null, 10), NOW_MS)).toBeNull();
  });
});

describe('the price book', () => {
  it('names the version that is installed', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(manifest.dependencies['@pydantic/genai-prices']).toBe(GENAI_PRICES_VERSION);
  });

  it('knows GLM-5.2 as a flat price and GPT-5.5 as a tiered one', () => {
    expect(find('zai', 'glm-5.2')).toMatchObject({ kind: 'tokens', inputUsdPerMtok: 1.4, outputUsdPerMtok: 4.4 });
    expect(find('openai', 'gpt-5.5')).toMatchObject({ kind: 'catalogue', inputUsdPerMtok: 5, outputUsdPerMtok: 30 });
  });

  it('answers null for what it does not know, for no rates, and for prices that tokens alone do not decide', () => {
    expect(find('zai', 'glm-99')).toBeNull();
    expect(find('nobody', 'glm-5.2')).toBeNull();
    expect(find('openrouter', 'deepseek-r1:free')).toBeNull();
    expect(find('perplexity', 'sonar')).toBeNull();
  });

  it('knows an embedding without an output rate, and only an embedding', () => {
    const embedding = find('openai', 'text-embedding-3-small', { kind: 'embedding' });
    expect(embedding).toMatchObject({ kind: 'tokens', inputUsdPerMtok: 0.02, outputUsdPerMtok: 0 });
    expect(costUsd(withPrice(embedding), usage(1_000_000, null), NOW_MS)).toBeCloseTo(0.02, 12);
    expect(find('openai', 'text-embedding-3-small')).toBeNull();
  });

  it('applies a tier above its bound to the whole call', () => {
    const deployment = withPrice(find('openai', 'gpt-5.5'));
    expect(priceOf(deployment, NOW_MS, 271_999)?.input_usd_per_mtok).toBe(5);
    expect(priceOf(deployment, NOW_MS, 272_000)?.input_usd_per_mtok).toBe(10);
    expect(costUsd(deployment, usage(272_000, 0), NOW_MS)).toBeCloseTo(2.72, 10);
  });

  it('raises prices by the factor of a region and says so', () => {
    expect(find('openai', 'gpt-5.5', { factor: 1.1 })).toMatchObject({
      inputUsdPerMtok: 5.5,
      source: `genai-prices@${GENAI_PRICES_VERSION} x1.1`,
    });
  });

  it('agrees with the price library for every size, time and share of cached tokens', () => {
    const models = [
      ['openai', 'gpt-5.5'],
      ['openai', 'gpt-5.6-terra'],
      ['openai', 'gpt-5-mini'],
      ['zai', 'glm-5.2'],
      ['deepseek', 'deepseek-v4-pro'],
      ['deepseek', 'deepseek-reasoner'],
      ['anthropic', 'claude-opus-4-6'],
      ['anthropic', 'claude-opus-4-8'],
      ['mistral', 'mistral-large-2512'],
      ['mistral', 'mistral-medium-latest'],
      ['google', 'gemini-2.5-pro'],
      ['openrouter', 'z-ai/glm-5.2'],
      ['azure', 'gpt-5.5'],
    ] as const;
    const share = fc.double({ min: 0, max: 0.5, noNaN: true });
    const time = fc.date({ min: new Date('2025-01-01'), max: new Date('2027-06-01'), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        fc.nat(400_000),
        fc.nat(20_000),
        share,
        share,
        time,
        ([provider, model], input, output, cachedShare, writtenShare, at) => {
          const cached = Math.floor(input * cachedShare);
          const written = Math.floor(input * writtenShare);
          const ours = costUsd(
            withPrice(find(provider, model)),
            usage(input, output, { cached_input_tokens: cached, cache_write_tokens: written }),
            at.getTime(),
          );
          const theirs = calcPrice(
            { input_tokens: input, output_tokens: output, cache_read_tokens: cached, cache_write_tokens: written },
            model,
            { providerId: provider, timestamp: at },
          );
          expect(ours).toBeCloseTo(theirs?.total_price as number, 9);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('periodAt', () => {
  const rate = { baseUsdPerMtok: 1, steps: [] };
  const always = { from: null, daily: null, input: rate, output: rate, cachedInput: null, cacheWrite: null };
  const night = { ...always, daily: { startS: 23 * 3600, endS: 3600 } };
  const later = { ...always, from: '2026-12-01' };

  it('takes the last period that applies and the first where none does', () => {
    const at = (text: string) => periodAt([always, later, night], Date.parse(text));
    expect(at('2026-11-30T12:00:00Z')).toBe(always);
    expect(at('2026-12-01T00:30:00Z')).toBe(night);
    expect(at('2026-12-01T12:00:00Z')).toBe(later);
  });

  it('lets a daily window span midnight, start included and end excluded', () => {
    const inWindow = (text: string) => periodAt([always, night], Date.parse(text)) === night;
    expect(inWindow('2026-11-21T22:59:59Z')).toBe(false);
    expect(inWindow('2026-11-21T23:00:00Z')).toBe(true);
    expect(inWindow('2026-11-22T00:59:59Z')).toBe(true);
    expect(inWindow('2026-11-22T01:00:00Z')).toBe(false);
    expect(inWindow('1969-12-31T23:00:00Z')).toBe(true);
    expect(inWindow('1969-12-31T22:59:59.999Z')).toBe(false);
  });
});
