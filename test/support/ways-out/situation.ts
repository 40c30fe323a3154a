import fc from 'fast-check';
import { deploymentMembers } from '../policy-world.ts';
import {
  broken,
  cutAnswer,
  refusedAnswer,
  silence,
  type UpstreamEvent,
  wholeAnswer,
} from '../upstream/stepped-upstream.ts';

/** Random worlds, and what is asked in them, for `every-way-out.test.ts`. Nothing here knows how the gateway works. */

const DEPLOYMENTS = 4;
export const MODELS = 3;
export const modelOf = (index: number): string => `maker/${index % MODELS}`;

const MAIL = 'quillon@quimby.example';
const CARD = '4012 8888 8888 1881';

/** Values that somebody may have to be kept from, and what they are. */
export const VALUES = [
  { value: MAIL, type: 'email', dataClass: 'personal.contact.email' },
  { value: CARD, type: 'credit_card', dataClass: 'personal.financial.card' },
] as const;

export const SAID = ['Tell me something about the sea.', `Write to ${MAIL}.`, `Charge ${CARD}.`] as const;

/** Rules that somebody might write beside the starter bundle. */
export const OWN_RULES = [
  'resource.operator_country == "cn"',
  'context.labelled && resource.operator == "acme"',
  'context.data_classes.contains("personal.contact.email") && resource.region != "de"',
  'context.data_classes.contains("personal.financial") && !resource.on_premises',
  'resource.trains_on_data != "no"',
  'context.use_case == "b" && resource.maker_country == "us"',
  'context.labels.contains("regulated_eu") && resource.storage_region != "de"',
  'context.task == "creative" && resource.operator == "other"',
  'resource.deployment == "d2"',
] as const;

const useCase = fc.record({
  data_classes: fc.constantFrom<string[][]>(
    [],
    ['internal'],
    ['confidential'],
    ['personal'],
    ['personal.special.health'],
    ['credential'],
  ),
  subject_jurisdictions: fc.constantFrom<string[][]>([], ['de'], ['us'], ['cn'], ['gb']),
  labels: fc.constantFrom<string[][]>([], ['regulated_eu']),
  task: fc.constantFrom('creative', 'quantitative'),
  on_stream_break: fc.constantFrom('fail', 'continue', 'continue'),
  hedge: fc.constantFrom(false, true, true),
});

interface Key {
  revoked: boolean;
  models: string[] | null;
  useCases: string[];
  labels: string[];
  defaultJurisdictions: string[] | null;
}

/** What of a key may change while a request that came by it is answered. */
const key: fc.Arbitrary<Key> = fc.record({
  revoked: fc.constantFrom(false, false, false, true),
  models: fc.constantFrom<(string[] | null)[]>(null, null, ['maker/*'], ['maker/0', 'maker/1'], ['maker/2']),
  useCases: fc.constantFrom<string[][]>(['a', 'b'], ['a', 'b'], ['a']),
  labels: fc.constantFrom<string[][]>([], [], ['regulated_eu']),
  defaultJurisdictions: fc.constantFrom<(string[] | null)[]>(null, ['de'], ['us']),
});

/** Whom hardly a rule objects to: a plan of one would leave nothing to fall back on. */
const harmless: typeof deploymentMembers = deploymentMembers.map((members) => ({
  ...members,
  ...{ operator: 'self', operator_country: 'de', origin_country: 'de', region: 'de', storage_region: 'de' },
  ...{ trains_on_data: false, zero_retention: true, retention_days: 0, not_available_in: [], region_parameter: false },
}));

const deployment = fc.oneof(deploymentMembers, harmless);

const EVERYTHING: Key = { revoked: false, models: null, useCases: ['a', 'b'], labels: [], defaultJurisdictions: null };

// Few at a time: each new set of rules takes a while to compile.
const rules = fc.uniqueArray(fc.nat({ max: OWN_RULES.length - 1 }), { maxLength: 2 }).map((list) => list.sort());
const unlabelledPersonal = fc.constantFrom('record', 'record', 'tokenise', 'deny');

type UseCase = typeof useCase extends fc.Arbitrary<infer T> ? T : never;
type DeploymentMembers = typeof deployment extends fc.Arbitrary<infer T> ? T : never;

/** All that is in force at once. */
export interface Force {
  /** Places in OWN_RULES. */
  rules: number[];
  /** `a` and `b`; what is not there is gone. */
  useCases: UseCase[];
  key: Key;
  deployments: DeploymentMembers[];
  unlabelledPersonal: string;
  keepsMail: boolean;
}

const force: fc.Arbitrary<Force> = fc.record({
  rules,
  useCases: fc.oneof(fc.tuple(useCase, useCase), fc.tuple(useCase, useCase), fc.tuple(useCase)),
  key: fc.oneof(fc.constant(EVERYTHING), key),
  deployments: fc.array(deployment, { minLength: DEPLOYMENTS, maxLength: DEPLOYMENTS }),
  unlabelledPersonal,
  keepsMail: fc.boolean(),
});

type Change = (before: Force) => Force;

const replaced = <T>(list: readonly T[], place: number, change: (entry: T) => T): T[] =>
  list.map((entry, index) => (index === place ? change(entry) : entry));

/** One member of a use case: all of them at once would mostly leave nothing that is permitted. */
const changedUseCase: fc.Arbitrary<Change> = fc
  .tuple(fc.nat({ max: 1 }), useCase, fc.constantFrom<(keyof UseCase)[]>('labels', 'labels', 'data_classes', 'task'))
  .map(([place, members, member]) => (before) => ({
    ...before,
    useCases: replaced(before.useCases, place, (entry) => ({ ...entry, [member]: members[member] })),
  }));

/** What comes into force anew: one thing, the rest stays. */
const change: fc.Arbitrary<Change> = fc.oneof(
  rules.map(
    (list): Change =>
      (before) => ({ ...before, rules: list }),
  ),
  key.map(
    (by): Change =>
      (before) => ({ ...before, key: by }),
  ),
  changedUseCase,
  changedUseCase,
  fc.constant<Change>((before) => ({ ...before, useCases: before.useCases.slice(0, 1) })),
  fc.tuple(fc.nat({ max: DEPLOYMENTS - 1 }), deployment).map(
    ([place, members]): Change =>
      (before) => ({
        ...before,
        deployments: replaced(before.deployments, place, () => members),
      }),
  ),
  unlabelledPersonal.map(
    (mode): Change =>
      (before) => ({ ...before, unlabelledPersonal: mode }),
  ),
  fc.constant<Change>((before) => ({ ...before, keepsMail: !before.keepsMail })),
);

const request = fc.record({
  way: fc.constantFrom('chat', 'chat', 'chat', 'ensemble', 'evaluation', 'judge'),
  useCase: fc.constantFrom(null, 'a', 'a', 'b'),
  withKey: fc.boolean(),
  said: fc.nat({ max: SAID.length - 1 }),
  stream: fc.constantFrom(false, true, true),
  /** Asks for tokens, whatever rules say. */
  obliged: fc.constantFrom(false, false, true),
  model: fc.constantFrom('auto', 'maker/0', 'maker/1'),
});

export type Asked = typeof request extends fc.Arbitrary<infer T> ? T : never;

/** Mostly failures: what happens after one is what is looked at. The last is so slow that somebody may be asked besides. */
const ANSWERS: readonly ((stream: boolean, deltas: readonly string[]) => UpstreamEvent[])[] = [
  wholeAnswer,
  () => refusedAnswer(500),
  () => refusedAnswer(401),
  () => refusedAnswer(429),
  () => broken(),
  (stream, deltas) => cutAnswer(stream, deltas, 1),
  (stream, deltas) => cutAnswer(stream, deltas, 2),
  (stream) => silence(stream),
];

const DELTAS: readonly (readonly string[])[] = [
  ['It is said ', 'that the sea ', 'is deep.'],
  ['Write to ', `${MAIL} `, 'about it.'],
];

const answer = fc.record({
  kind: fc.constantFrom(0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 6, 7, 7, 7, 7),
  says: fc.nat({ max: DELTAS.length - 1 }),
  /** The call has to wait for a connection first. */
  waits: fc.constantFrom(false, false, true),
});

export type Answer = typeof answer extends fc.Arbitrary<infer T> ? T : never;

export const eventsOf = ({ kind, says }: Answer, stream: boolean): UpstreamEvent[] =>
  (ANSWERS[kind] as (typeof ANSWERS)[number])(stream, DELTAS[says] as readonly string[]);

export const situations = fc.record({
  first: force,
  tokenise: fc.constantFrom('when_asked', 'when_needed'),
  /** What comes into force in mid-request, right before that event of the answer to that call. */
  reloads: fc.array(fc.record({ call: fc.nat({ max: 7 }), event: fc.nat({ max: 3 }), change }), {
    minLength: 2,
    maxLength: 4,
  }),
  requests: fc.array(request, { minLength: 3, maxLength: 6 }),
  /** By call, over and over. */
  answers: fc.array(answer, { minLength: 1, maxLength: 10 }),
  strategy: fc.constantFrom('select_best', 'vote', 'synthesize'),
});

export type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never;
