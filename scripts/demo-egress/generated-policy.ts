import type { SeededRandom } from '../../src/lib/seeded-random.ts';

/**
 * Rules, requests and deployments at random, and an oracle that says what is forbidden. The oracle reads what was
 * written (use case and endpoint members) and knows nothing of Cedar, of attributes or of the product's own lists.
 */

export interface RequestSpec {
  data_classes: readonly string[];
  subject_jurisdictions: readonly string[];
  jurisdictions: readonly string[];
  sectors: readonly string[];
  approvals: readonly string[];
  unscannable: boolean;
  /** Asks for tokens in place of personal data. */
  tokenise: boolean;
}

export interface DeploymentSpec {
  id: string;
  model: string;
  operator: string;
  operator_country?: string;
  origin_country?: string;
  region?: string;
  storage_region?: string;
  retention_days?: number;
  trains_on_data?: boolean;
  dpa?: boolean;
  certifications?: readonly string[];
}

type Test = (request: RequestSpec, deployment: DeploymentSpec) => boolean;

interface Condition {
  cedar: string;
  holds: Test;
}

const SENDING = ['send_raw', 'send_tokenised'] as const;
type Action = (typeof SENDING)[number] | 'leave_region_open' | 'keep_body';

export interface GeneratedRule {
  id: string;
  effect: 'permit' | 'forbid';
  actions: readonly Action[];
  cedar: string;
  applies: Test;
}

/** What the oracle says of one deployment. */
export interface OracleVerdict {
  permitted: boolean;
  obligations: readonly string[];
}

const EEA = 'at be bg hr cy cz dk ee fi fr de gr hu ie it lv lt lu mt nl pl pt ro sk si es se is li no eu'.split(' ');
const OF_CONCERN = 'cn cu hk ir kp mo ru ve'.split(' ');
const COUNTRIES = ['de', 'fr', 'no', 'eu', 'us', 'cn', 'hk', 'gb', 'in'];
const PLACES = [...COUNTRIES, 'us-ca'];
const CLASSES = ['internal', 'personal', 'personal.name', 'personal.special.health', 'government', 'credential'];
const SECTORS = ['health', 'finance', 'retail'];
const APPROVALS = ['dpia', 'legal'];
const OPERATORS = ['acme', 'other', 'self'];
const CERTIFICATIONS = ['iso27001', 'national_cloud'];

const pick = <T>(random: SeededRandom, values: readonly T[]): T => values[random.integer(values.length)] as T;
const chance = (random: SeededRandom, probability: number): boolean => random.next() < probability;
const some = <T>(random: SeededRandom, values: readonly T[], most: number): T[] =>
  random.shuffle(values).slice(0, random.integer(most + 1));

export const randomRequest = (random: SeededRandom): RequestSpec => ({
  data_classes: chance(random, 0.2) ? [] : some(random, CLASSES, 2),
  subject_jurisdictions: some(random, PLACES, 2),
  jurisdictions: some(random, COUNTRIES, 1),
  sectors: some(random, SECTORS, 1),
  approvals: some(random, APPROVALS, 1),
  unscannable: chance(random, 0.1),
  tokenise: chance(random, 0.2),
});

/** Each fact is unknown now and then. */
export function randomDeployment(random: SeededRandom, id: string, model: string): DeploymentSpec {
  const spec: Record<string, unknown> = { id, model, operator: pick(random, OPERATORS) };
  const maybe = (name: string, value: unknown): void => {
    if (chance(random, 0.8)) spec[name] = value;
  };
  for (const name of ['operator_country', 'origin_country', 'region', 'storage_region']) {
    maybe(name, pick(random, COUNTRIES));
  }
  maybe('retention_days', pick(random, [0, 30, 55]));
  maybe('trains_on_data', chance(random, 0.5));
  maybe('dpa', chance(random, 0.5));
  maybe('certifications', some(random, CERTIFICATIONS, 2));
  return spec as unknown as DeploymentSpec;
}

const isOwn = ({ operator }: DeploymentSpec): boolean => operator === 'self';

/** On own machines data stay where the machines are, unless somebody says otherwise. */
const storageOf = (deployment: DeploymentSpec): string | undefined =>
  deployment.storage_region ?? (isOwn(deployment) ? deployment.region : undefined);

const trains = (deployment: DeploymentSpec): boolean | undefined =>
  deployment.trains_on_data ?? (isOwn(deployment) && deployment.region !== undefined ? false : undefined);

const liesIn = (place: string, asked: string): boolean =>
  place === asked || (asked === 'eu' && EEA.includes(place)) || place.startsWith(`${asked}-`);

function requestCondition(random: SeededRandom): Condition {
  const kinds: (() => Condition)[] = [
    () => {
      const name = pick(random, CLASSES);
      return {
        cedar: `context.data_classes.contains("${name}")`,
        holds: ({ data_classes }) => data_classes.some((known) => known === name || known.startsWith(`${name}.`)),
      };
    },
    () => {
      const place = pick(random, [...PLACES, 'unknown']);
      return {
        cedar: `context.subject_jurisdictions.contains("${place}")`,
        holds: ({ subject_jurisdictions: places }) =>
          places.length === 0 ? place === 'unknown' : places.some((known) => liesIn(known, place)),
      };
    },
    () => {
      const place = pick(random, COUNTRIES);
      return {
        cedar: `context.user_jurisdictions.contains("${place}")`,
        holds: ({ jurisdictions }) => jurisdictions.some((known) => liesIn(known, place)),
      };
    },
    () => {
      const sector = pick(random, SECTORS);
      return { cedar: `context.sectors.contains("${sector}")`, holds: ({ sectors }) => sectors.includes(sector) };
    },
    () => {
      const approval = pick(random, APPROVALS);
      return {
        cedar: `!context.approvals.contains("${approval}")`,
        holds: ({ approvals }) => !approvals.includes(approval),
      };
    },
    () => ({ cedar: 'context.labelled', holds: ({ data_classes }) => data_classes.length > 0 }),
    () => ({
      cedar: 'context.unscannable',
      holds: ({ unscannable, data_classes }) => unscannable && data_classes.length > 0,
    }),
  ];
  return pick(random, kinds)();
}

function deploymentCondition(random: SeededRandom): Condition {
  const country = pick(random, [...COUNTRIES, 'unknown']);
  const kinds: (() => Condition)[] = [
    () => ({
      cedar: `resource.region == "${country}"`,
      holds: (_, { region }) => (region ?? 'unknown') === country,
    }),
    () => ({
      cedar: '!resource.region_groups.contains("eea")',
      holds: (_, { region }) => region === undefined || !EEA.includes(region),
    }),
    () => ({
      cedar: '!resource.storage_groups.contains("eea")',
      holds: (_, deployment) => !EEA.includes(storageOf(deployment) ?? 'unknown'),
    }),
    () => ({
      cedar: `resource.operator_country == "${country}"`,
      holds: (_, { operator_country }) => (operator_country ?? 'unknown') === country,
    }),
    () => ({
      cedar: 'resource.operator_groups.contains("us_country_of_concern")',
      holds: (_, { operator_country: known }) => known === undefined || OF_CONCERN.includes(known),
    }),
    () => ({
      cedar: `resource.maker_country != "${country}"`,
      holds: (_, { origin_country }) => (origin_country ?? 'unknown') !== country,
    }),
    () => {
      const operator = pick(random, OPERATORS);
      return { cedar: `resource.operator == "${operator}"`, holds: (_, known) => known.operator === operator };
    },
    () => ({ cedar: 'resource.trains_on_data != "no"', holds: (_, deployment) => trains(deployment) !== false }),
    () => ({ cedar: 'resource.dpa != "yes"', holds: (_, { dpa }) => dpa !== true }),
    () => ({
      cedar: '!(resource has retention_days && resource.retention_days <= 30)',
      holds: (_, { retention_days: days }) => days === undefined || days > 30,
    }),
    () => {
      const name = pick(random, CERTIFICATIONS);
      return {
        cedar: `!resource.certifications.contains("${name}")`,
        holds: (_, { certifications = [] }) => !certifications.includes(name),
      };
    },
    () => ({ cedar: '!resource.on_premises', holds: (_, deployment) => !isOwn(deployment) }),
  ];
  return pick(random, kinds)();
}

const both = (a: Condition, b: Condition): Condition => ({
  cedar: `${a.cedar} && ${b.cedar}`,
  holds: (request, deployment) => a.holds(request, deployment) && b.holds(request, deployment),
});

const either = (a: Condition, b: Condition): Condition => ({
  cedar: `(${a.cedar} || ${b.cedar})`,
  holds: (request, deployment) => a.holds(request, deployment) || b.holds(request, deployment),
});

function randomCondition(random: SeededRandom): Condition {
  const about = both(requestCondition(random), deploymentCondition(random));
  if (chance(random, 0.5)) return about;
  const more = either(
    chance(random, 0.5) ? requestCondition(random) : deploymentCondition(random),
    deploymentCondition(random),
  );
  return both(about, more);
}

const SCOPES: readonly { cedar: string; actions: readonly Action[] }[] = [
  { cedar: 'action in Action::"send"', actions: SENDING },
  { cedar: 'action == Action::"send_raw"', actions: ['send_raw'] },
  { cedar: 'action == Action::"leave_region_open"', actions: ['leave_region_open'] },
  { cedar: 'action == Action::"keep_body"', actions: ['keep_body'] },
];

function randomRule(random: SeededRandom, id: string): GeneratedRule {
  const scope = chance(random, 0.6) ? (SCOPES[0] as (typeof SCOPES)[number]) : pick(random, SCOPES);
  const when = randomCondition(random);
  const unless = chance(random, 0.3) ? deploymentCondition(random) : null;
  const end = unless === null ? ';' : `\nunless { ${unless.cedar} };`;
  return {
    id,
    effect: 'forbid',
    actions: scope.actions,
    cedar: `@id("${id}")\nforbid (principal, ${scope.cedar}, resource)\nwhen { ${when.cedar} }${end}`,
    applies: (request, deployment) => when.holds(request, deployment) && unless?.holds(request, deployment) !== true,
  };
}

function randomPermit(random: SeededRandom, id: string): GeneratedRule {
  const when = either(deploymentCondition(random), either(deploymentCondition(random), requestCondition(random)));
  return {
    id,
    effect: 'permit',
    actions: [...SENDING, 'leave_region_open', 'keep_body'],
    cedar: `@id("${id}")\npermit (principal, action, resource)\nwhen { ${when.cedar} };`,
    applies: when.holds,
  };
}

/** Two to eight rules; one bundle in ten is a list of what is allowed. */
export function randomRules(random: SeededRandom): GeneratedRule[] {
  const rules = Array.from({ length: 2 + random.integer(7) }, (_, index) => randomRule(random, `rule_${index}`));
  return chance(random, 0.1) ? [...rules, randomPermit(random, 'allowed')] : rules;
}

/** Whether a deployment may get a request, and with what obligations, by the written rules alone. */
export function oracle(
  rules: readonly GeneratedRule[],
  request: RequestSpec,
  deployment: DeploymentSpec,
): OracleVerdict {
  const permits = rules.filter(({ effect }) => effect === 'permit');
  const allowed = permits.length === 0 || permits.some(({ applies }) => applies(request, deployment));
  const isForbidden = (action: Action): boolean =>
    !allowed ||
    rules.some(
      (rule) => rule.effect === 'forbid' && rule.actions.includes(action) && rule.applies(request, deployment),
    );
  const pin = isForbidden('leave_region_open');
  const sendable = !isForbidden(request.tokenise ? 'send_tokenised' : 'send_raw');
  return {
    permitted: sendable && !(pin && deployment.region === undefined),
    obligations: [
      ...(request.tokenise ? ['tokenise'] : []),
      ...(pin ? ['pin_region'] : []),
      ...(isForbidden('keep_body') ? ['keep_no_body'] : []),
    ],
  };
}
