import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../contracts/vocabulary.ts';
import { DATED_ALIASES } from './dated-aliases.ts';
import { findMaker, MAKERS, makerOf, OPERATORS } from './makers.ts';
import { catalogueModel, catalogueNames, logicalName, nearestModels, spellingAliases } from './model-names.ts';
import { findModel, MODELS } from './models.ts';

const CLAIMS = new URL('../../data/claims/', import.meta.url);

function readClaims(): { id: string; subject: string; value: number | null; contested_by: string[] }[] {
  return readdirSync(CLAIMS)
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) => readFileSync(new URL(file, CLAIMS), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line));
}

describe('the catalogue of models', () => {
  it('gives every model a known maker with a country and a plain logical name', () => {
    for (const name of catalogueNames()) {
      expect(name).toMatch(/^[a-z0-9-]+\/[a-z0-9._-]+$/);
      expect(findMaker(makerOf(name)), name).not.toBeNull();
    }
  });

  it('never states a limit of zero and never a capability it does not have a word for', () => {
    for (const model of MODELS) {
      for (const limit of [model.contextWindow, model.maxOutput]) {
        if (limit === null) continue;
        expect(limit.value, model.id).toBeGreaterThan(0);
        expect(limit.source.length).toBeGreaterThan(0);
        expect(limit.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      }
      for (const capability of Object.keys(model.capabilities)) expect(CAPABILITIES).toContain(capability);
    }
  });

  it('keeps what nobody stated unknown', () => {
    const flash = findModel('google/gemini-2.5-flash');
    expect(flash?.capabilities.tools).toBeUndefined();
    expect(findModel('meta/llama-4-scout')?.contextWindow).toBeNull();
    expect(findModel('zhipu/glm-5')?.openWeights).toBe('unknown');
  });

  it('uses each spelling for one model only', () => {
    const spellings = MODELS.flatMap((model) => model.spellings);
    expect(new Set(spellings).size).toBe(spellings.length);
    for (const spelling of spellings) expect(catalogueNames().has(spelling), spelling).toBe(false);
  });
});

describe('dated aliases', () => {
  it('resolve to a model of the catalogue or to nothing, and say since when and why', () => {
    for (const alias of DATED_ALIASES) {
      if (alias.resolves_to !== null) expect(findModel(alias.resolves_to), alias.id).not.toBeNull();
      expect(alias.since).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(alias.source.length).toBeGreaterThan(0);
      expect(alias.note).toMatch(/\.$/);
    }
  });

  it('resolve in one step', () => {
    for (const alias of DATED_ALIASES) {
      const target = DATED_ALIASES.find((other) => other.id === alias.resolves_to);
      expect(target, alias.id).toBeUndefined();
    }
  });

  it('cover every model that the source articles name', () => {
    const named = [
      'zhipu/glm-5.2',
      'anthropic/claude-4-opus',
      'openai/gpt-5.5',
      'google/gemini-2.5-ultra',
      'alibaba/qwen-3',
      'alibaba/qwen-3-max',
      'deepseek/deepseek-v3',
      'mistral/mistral-large-3',
      'meta/llama-4-ultra',
      'anthropic/claude-fable-5',
      'anthropic/mythos',
      'anthropic/claude-3.5-sonnet',
      'google/med-palm-2',
      'bloomberg/bloomberggpt',
    ];
    for (const name of named) expect(catalogueNames().has(name), name).toBe(true);
  });

  it('know nothing behind the names that no catalogue lists', () => {
    for (const name of ['google/gemini-2.5-ultra', 'meta/llama-4-ultra', 'alibaba/qwen-3']) {
      expect(catalogueModel(name), name).toBeNull();
    }
  });
});

describe('claims', () => {
  const claims = readClaims();

  it('have distinct ids and are contested only by claims that exist', () => {
    const ids = new Set(claims.map((claim) => claim.id));
    expect(ids.size).toBe(claims.length);
    for (const claim of claims) for (const id of claim.contested_by) expect(ids.has(id), id).toBe(true);
  });

  it('give no figure where the source gives none, and never 0 for a missing one', () => {
    for (const claim of claims) {
      expect(claim.value === null || (typeof claim.value === 'number' && claim.value !== 0), claim.id).toBe(true);
    }
  });

  it('are listed by exactly the model or alias they are about', () => {
    const listed = [
      ...MODELS.map((model) => ({ subject: model.id, claims: model.claims })),
      ...DATED_ALIASES.map((alias) => ({ subject: alias.id, claims: alias.claims ?? [] })),
    ].flatMap(({ subject, claims: ids }) => ids.map((id) => `${subject} ${id}`));
    expect(listed.sort()).toEqual(claims.map((claim) => `${claim.subject} ${claim.id}`).sort());
  });
});

describe('logicalName', () => {
  it('replaces the prefixes of other catalogues', () => {
    expect(logicalName('z-ai/glm-5.2')).toBe('zhipu/glm-5.2');
    expect(logicalName('zai/glm-5.2')).toBe('zhipu/glm-5.2');
    expect(logicalName('qwen/qwen3-max')).toBe('alibaba/qwen3-max');
    expect(logicalName('mistralai/mistral-large-2512')).toBe('mistral/mistral-large-2512');
    expect(logicalName('meta-llama/llama-4-scout')).toBe('meta/llama-4-scout');
  });

  it('replaces spellings and leaves dated aliases as asked', () => {
    expect(logicalName('anthropic/claude-opus-4.8')).toBe('anthropic/claude-opus-4-8');
    expect(logicalName('anthropic/claude-4-opus')).toBe('anthropic/claude-4-opus');
  });

  it('is idempotent and leaves unknown names alone', () => {
    for (const name of catalogueNames()) expect(logicalName(name)).toBe(name);
    expect(logicalName('acme/own-model')).toBe('acme/own-model');
  });
});

describe('spellingAliases', () => {
  it('lead to logical names and agree with logicalName', () => {
    const aliases = spellingAliases(catalogueNames());
    expect(aliases.get('z-ai/glm-5.2')).toBe('zhipu/glm-5.2');
    expect(aliases.get('zai/glm-5.2')).toBe('zhipu/glm-5.2');
    for (const [alias, model] of aliases) expect(logicalName(alias)).toBe(model);
  });
});

describe('nearestModels', () => {
  const known = catalogueNames();

  it('finds a slip of the hand, and a name without its maker', () => {
    expect(nearestModels('zhipu/glm5.2', known, 1)).toEqual(['zhipu/glm-5.2']);
    expect(nearestModels('glm-5.2', known, 1)).toEqual(['zhipu/glm-5.2']);
    expect(nearestModels('z-ai/glm-52', known, 1)).toEqual(['zhipu/glm-5.2']);
  });

  it('offers nothing for what is near nothing', () => {
    expect(nearestModels('completely-different-thing', known, 3)).toEqual([]);
  });
});

describe('makers and operators', () => {
  it('have distinct ids and prefixes', () => {
    const prefixes = MAKERS.flatMap((maker) => [maker.id, ...maker.prefixes]);
    expect(new Set(prefixes).size).toBe(prefixes.length);
    expect(new Set(OPERATORS.map((operator) => operator.id)).size).toBe(OPERATORS.length);
  });

  it('name a source and a date for every fact beyond the country', () => {
    for (const operator of OPERATORS) {
      if (Object.keys(operator.facts).length === 0) continue;
      expect(operator.source, operator.id).not.toBeNull();
      expect(operator.facts.checkedAt).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });
});
