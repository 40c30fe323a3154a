import type { LimitsConfig, ResilienceConfig, UseCaseConfig } from '../contracts/configuration.ts';
import type { World } from '../contracts/decision.ts';
import type { Ensemble } from '../contracts/ensemble.ts';
import type { PolicySettings } from '../policy/request-attributes.ts';
import type { UnlabelledPersonal } from '../policy/unlabelled-personal.ts';
import type { TokenSettings } from './tokenised-request.ts';

/** What the gateway looks things up in; replaced as a whole when configuration or catalogue change. */
export interface GatewayWorld {
  world: World;
  useCases: ReadonlyMap<string, UseCaseConfig>;
  /** For keys without limits of their own. */
  defaultLimits: LimitsConfig | null;
  /** Limits of teams by id. Absent: no team has any. */
  teams?: ReadonlyMap<string, LimitsConfig>;
  deadlineMs: number;
  /** By name. Absent: none. */
  ensembles?: ReadonlyMap<string, Ensemble>;
  /** What the configuration says to every request, for rules. Absent: nothing. */
  policySettings?: PolicySettings;
  /** How tokens for personal data are made. Absent: none are, and what needs them is removed. */
  tokens?: TokenSettings;
  /** What personal data in traffic without a data class lead to. Absent: they are recorded. */
  unlabelledPersonal?: UnlabelledPersonal;
  /** Absent: no hedges, and the built-in prompts. */
  resilience?: ResilienceConfig;
}
