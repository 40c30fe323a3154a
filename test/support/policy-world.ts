import fc from 'fast-check';
import { DATA_CLASSES } from '../../src/contracts/data-classes.ts';
import type { Deployment } from '../../src/contracts/deployment.ts';
import type { RequestAttributes } from '../../src/contracts/policy.ts';
import type { RequestFacts } from '../../src/contracts/request-facts.ts';
import type { Obligation } from '../../src/contracts/vocabulary.ts';
import { caseDeployment, caseRequest } from '../../src/policy/policy-case.ts';

/** For tests of policy: requests and deployments at random, in the words of the configuration. */

export const TODAY = new Date('2026-11-22T12:00:00Z');

export const factsOf = (attributes: RequestAttributes, obligations: readonly Obligation[] = []): RequestFacts => ({
  operation: 'chat',
  model: { kind: 'auto' },
  task: 'unsure',
  tasks: [],
  taskSource: 'text',
  labels: [],
  language: null,
  domain: null,
  lengthBucket: 'short',
  estimatedTokens: 10,
  estimatedTokensP95: 12,
  modalities: ['text'],
  needs: [],
  maxOutputTokens: null,
  dataClasses: [],
  useCase: null,
  allowedModels: null,
  objective: null,
  obligations,
  preferences: null,
  deadlineMs: null,
  attributes,
});

const COUNTRIES = ['de', 'eu', 'no', 'us', 'cn', 'hk', 'gb', 'br', 'jp', 'sg', 'ru'];
const some = (values: readonly string[], maxLength = 3) => fc.uniqueArray(fc.constantFrom(...values), { maxLength });

const requestMembers = fc.record({
  data_classes: some(DATA_CLASSES, 4),
  detected_classes: some(DATA_CLASSES, 2),
  subject_jurisdictions: some([...COUNTRIES, 'us-ca']),
  jurisdictions: some(COUNTRIES, 2),
  sectors: some(['health', 'finance', 'broker_dealer', 'defence', 'public_sector', 'retail'], 2),
  approvals: some(['dpia', 'cn_export_filing', 'archive_17a4', 'human_oversight', 'authorised_security_work'], 3),
  residency: some(COUNTRIES, 1),
  insurer_excludes: some(COUNTRIES, 1),
  over_threshold: some(['pipl'], 1),
  denied_countries: some(COUNTRIES, 1),
  unscannable: fc.boolean(),
});

export const requestArbitrary: fc.Arbitrary<RequestAttributes> = requestMembers.map((members) => caseRequest(members));

const country = fc.constantFrom(...COUNTRIES);

/** Every fact known; tests take some away. */
export const deploymentMembers = fc.record({
  operator: fc.constantFrom('acme', 'other', 'self'),
  operator_country: country,
  origin_country: country,
  region: country,
  storage_region: country,
  retention_days: fc.constantFrom(0, 30, 31, 55),
  zero_retention: fc.boolean(),
  trains_on_data: fc.boolean(),
  certifications: some(['iso27001', 'dora_register', 'national_cloud', 'itar'], 2),
  transfer_mechanism: fc.constantFrom('scc-2021', 'unknown', 'unknown'),
  dpa: fc.boolean(),
  baa: fc.boolean(),
  not_available_in: some(COUNTRIES, 1),
  region_parameter: fc.boolean(),
});

/** Facts that can be unknown; the rest describes the deployment itself. */
export const UNKNOWABLE = [
  'operator_country',
  'origin_country',
  'region',
  'storage_region',
  'retention_days',
  'zero_retention',
  'trains_on_data',
  'certifications',
  'transfer_mechanism',
  'dpa',
  'baa',
] as const;

export const deploymentOf = (members: Readonly<Record<string, unknown>>): Deployment => caseDeployment(members, TODAY);
