import { describe, expect, test } from 'vitest';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { UNLABELLED } from '../policy/request-attributes.ts';
import { decide } from './decide.ts';
import { factsOf, recordRequest, SILENT_ATTRIBUTES } from './recorded-request.ts';
import { testDeployment, testFacts, testMoment, testRoute, testWorld } from './test-world.ts';

const WORLD = testWorld(
  [testDeployment('glm@zai', 'zhipu/glm-5.2')],
  [testRoute({ default: true, primary: ['zhipu/glm-5.2'] })],
);

const ATTRIBUTES: NonNullable<RequestFacts['attributes']> = {
  labelled: true,
  data_classes: ['personal'],
  subject_jurisdictions: ['de'],
  user_jurisdictions: [],
  sectors: ['health'],
  use_case: 'u',
  task: '',
  domain: '',
  labels: [],
  approvals: ['a'],
  ai_act: 'high',
  residency: ['eu'],
  insurer_excludes: [],
  over_threshold: [],
  denied_countries: [],
  denied_operators: [],
  denied_makers: ['m'],
  unscannable: true,
  receipt_retention_days: 400,
};

const FULL: RequestFacts = testFacts({
  operation: 'embeddings',
  model: { kind: 'model', model: 'zhipu/glm-5.2', endpoint: 'zai' },
  labels: ['long_document', 'regulated_eu'],
  statedLabels: ['regulated_eu'],
  domain: 'legal',
  modalities: ['text', 'image'],
  needs: ['tools', 'json_schema'],
  maxOutputTokens: 77,
  choices: 3,
  dataClasses: ['personal'],
  useCase: 'u',
  allowedModels: ['zhipu/*'],
  objective: 'table',
  obligations: ['pin_region'],
  preferences: {
    ...{ models: ['m/a'], order: ['x'], only: ['y'], ignore: ['z'], allowFallbacks: false, dataCollection: 'deny' },
    ...{ zeroRetention: true, maxPrice: { inputUsdPerMtok: 1, outputUsdPerMtok: null }, tags: ['t'] },
  },
  deadlineMs: 900,
  attributes: ATTRIBUTES,
});

/** As from a journal: through JSON. */
const again = (facts: RequestFacts): RequestFacts | null =>
  factsOf(JSON.parse(JSON.stringify(decide(facts, WORLD, testMoment()))));

describe('the facts of a decision', () => {
  test('come back from the journal whole', () => {
    expect(again(FULL)).toEqual(FULL);
    for (const model of [
      { kind: 'auto' },
      { kind: 'deployment', deployment: 'glm@zai' },
      { kind: 'model', model: 'zhipu/glm-5.2', endpoint: null },
    ] as const) {
      expect(again({ ...FULL, model })).toEqual({ ...FULL, model });
    }
  });

  test('cost two members where the request says nothing special', () => {
    expect(recordRequest(testFacts())).toEqual({ model: 'auto', tokens_p95: 150 });
    expect(SILENT_ATTRIBUTES).toEqual(UNLABELLED);
    expect(recordRequest(testFacts({ attributes: UNLABELLED }))).toEqual({ model: 'auto', tokens_p95: 150 });
  });

  test('are unknown of a decision from before they were kept', () => {
    const { request: _request, ...decision } = decide(FULL, WORLD, testMoment());
    expect(factsOf(decision)).toBeNull();
  });
});
