import type { Deployment } from '../contracts/deployment.ts';
import { factChanges } from '../contracts/fact-expiry.ts';
import type { CountryGroup, DeploymentAttributes } from '../contracts/policy.ts';
import type { PolicyBundle } from './bundle.ts';
import { deploymentAttributes } from './deployment-attributes.ts';
import { groupChanges } from './jurisdictions.ts';
import { signatureOf, visiblePart } from './signature.ts';

/** What policy decides about: rules and everything that it knows of deployments. */
export interface PolicyWorld {
  bundle: PolicyBundle;
  deployments: readonly Deployment[];
  groups: readonly CountryGroup[];
}

/** A deployment as rules see it; `signature` is shared by all that no rule tells apart. */
export interface SignedDeployment {
  signature: string;
  attributes: DeploymentAttributes;
  /** Those that rules read: all that has to cross to whoever evaluates. */
  visible: Partial<DeploymentAttributes>;
}

/** A world between two moments at which a fact begins or ceases to count: nothing in it changes. */
export class PolicySnapshot {
  readonly world: PolicyWorld;
  /** Half-open: from the last change of a fact to the next one, ms since the epoch. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Each kind of deployment once, in the order of the world. */
  readonly kinds: readonly SignedDeployment[];
  readonly #signed = new Map<Deployment, SignedDeployment>();
  /** Of earlier worlds, which go as soon as the requests that hold them do. */
  readonly #strangers = new WeakMap<Deployment, SignedDeployment>();
  readonly #nowMs: number;

  constructor(world: PolicyWorld, nowMs: number) {
    this.world = world;
    this.#nowMs = nowMs;
    const endpoints = new Set(world.deployments.map(({ endpoint }) => endpoint));
    const changes = [...endpoints].flatMap(({ facts }) => factChanges(facts)).concat(groupChanges(world.groups));
    this.fromMs = Math.max(Number.NEGATIVE_INFINITY, ...changes.filter((change) => change <= nowMs));
    this.untilMs = Math.min(Number.POSITIVE_INFINITY, ...changes.filter((change) => change > nowMs));
    const kinds = new Map<string, SignedDeployment>();
    for (const deployment of world.deployments) {
      const signed = this.#compute(deployment);
      this.#signed.set(deployment, signed);
      if (!kinds.has(signed.signature)) kinds.set(signed.signature, signed);
    }
    this.kinds = [...kinds.values()];
  }

  /** Names rules and facts alike: the digest of the bundle, and the day since which the facts stand as they do. */
  get version(): string {
    const { digest } = this.world.bundle;
    if (!Number.isFinite(this.fromMs)) return digest;
    return `${digest}-${new Date(this.fromMs).toISOString().slice(0, 10)}`;
  }

  /** Also for deployments of an earlier world, which a request in flight may still hold. */
  sign(deployment: Deployment): SignedDeployment {
    const known = this.#signed.get(deployment) ?? this.#strangers.get(deployment);
    if (known !== undefined) return known;
    const signed = this.#compute(deployment);
    this.#strangers.set(deployment, signed);
    return signed;
  }

  #compute(deployment: Deployment): SignedDeployment {
    const attributes = deploymentAttributes(deployment, this.world.groups, this.#nowMs);
    const visible = visiblePart(attributes, this.world.bundle.use);
    return { attributes, visible, signature: signatureOf(visible) };
  }
}
