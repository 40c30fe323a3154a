// The source article's router as a small library face: the same decisions as the gateway's, without calling anyone.
// Plain functions of tasks/ and routing/ over the default table; no config, no key, no network.
// May import tiers 0 and 1 and the default table of config/. Start reading at ModelRouter.route.
// Names follow the article (`classifyTask`, `route`, `routingReason`); its metadata may be written in either case.
// What its code left unread works here: monitoring, error rates and context thresholds.
import { compileRoutes } from './config/routes.ts';
import type { Moment, World } from './contracts/decision.ts';
import { AppError } from './contracts/errors.ts';
import type { RequestFacts } from './contracts/request-facts.ts';
import type { Route } from './contracts/route.ts';
import { LABELS, type SelectedBecause, TASKS } from './contracts/vocabulary.ts';
import { decide } from './routing/decide.ts';
import { paperWorld } from './routing/paper-world.ts';
import { type InspectionHints, inspectRequest } from './tasks/inspect-request.ts';
import { type NamedTask, readTaskName } from './tasks/task-names.ts';
import { openAiPromptView } from './wire/openai-chat/prompt-view.ts';

export interface ModelRouterOptions {
  /** false: error rates are not looked at. Default true. */
  performanceMonitoring?: boolean;
  /** Default: the built-in table. */
  routes?: readonly Route[];
  /** Errors / calls by model, 0..1. A model that is not named has 0. */
  errorRates?: Readonly<Record<string, number>>;
}

/** What the caller knows about a prompt. */
export interface PromptMetadata {
  estimatedTokens?: number;
  estimated_tokens?: number;
  toolsAvailable?: boolean;
  tools_available?: boolean;
}

export interface RouteInput {
  prompt: string;
  /** A task or label, also in the article's words (`creative_content`): its row is used whatever the text says. */
  taskType?: string | null;
  metadata?: PromptMetadata;
}

export interface ModelRoute {
  /** Logical model, `maker/model`. */
  model: string;
  /** Label or task of the row; `unsure` or the text class where the default row decided. */
  taskType: string;
  routingReason: SelectedBecause;
  /** The row of the table. */
  config: Route;
}

const invalid = (param: string, message: string): AppError => new AppError('invalid_request', message, { param });

const namesTask = ({ when }: Route, named: NamedTask): boolean =>
  named.kind === 'task' ? when.task === named.task : when.label === named.label;

function readTaskType(taskType: string | null | undefined): NamedTask | null {
  if (taskType === null || taskType === undefined) return null;
  const named = readTaskName(taskType);
  if (named !== null) return named;
  const known = [...TASKS, ...LABELS].join(', ');
  throw invalid('taskType', `There is no task type ${JSON.stringify(taskType)}; there are ${known}.`);
}

function readTokens(metadata: PromptMetadata): number | null {
  const tokens = metadata.estimatedTokens ?? metadata.estimated_tokens ?? null;
  if (tokens === null) return null;
  if (typeof tokens === 'number' && Number.isFinite(tokens) && tokens >= 0) return tokens;
  throw invalid('metadata.estimated_tokens', 'estimated_tokens must be a number from 0 on.');
}

/** Labels that decide: with an explicit type only that one, else what the caller says of tools. */
function hintsOf(named: NamedTask | null, metadata: PromptMetadata): InspectionHints {
  const tools = metadata.toolsAvailable ?? metadata.tools_available ?? false;
  const estimatedTokens = readTokens(metadata);
  if (named?.kind === 'task') return { requestTask: named.task, estimatedTokens };
  if (named?.kind === 'label') return { statedLabels: [named.label], estimatedTokens };
  return { statedLabels: tools === true ? ['agentic_tools'] : [], estimatedTokens };
}

/**
 * Picks a model for a prompt from a table, as the source article's `ModelRouter`.
 *
 * The first row whose conditions hold decides; above its `context_threshold` (strictly) it yields to the long_document
 * row. The primary yields to its fallback while its error rate is above .05 (strictly) and the fallback's is not.
 * Error rates are what the caller says they are: set them in `errorRates`, by model.
 */
export class ModelRouter {
  /** Errors / calls by model, 0..1; change it at any time. */
  readonly errorRates: Map<string, number>;
  readonly #routes: readonly Route[];
  readonly #monitoring: boolean;
  /** One world for each stated type, '' for none. */
  readonly #worlds = new Map<string, World>();

  constructor(options: ModelRouterOptions = {}) {
    this.#routes = options.routes ?? compileRoutes(undefined).routes;
    this.#monitoring = options.performanceMonitoring ?? true;
    this.errorRates = new Map(Object.entries(options.errorRates ?? {}));
  }

  /** The label or task by which `route` would choose the row for this prompt. */
  classifyTask(prompt: string, metadata: PromptMetadata = {}): string {
    return this.route({ prompt, metadata }).taskType;
  }

  /** @throws AppError invalid_request for a wrong type of an argument or an unknown task type */
  route({ prompt, taskType, metadata = {} }: RouteInput): ModelRoute {
    if (typeof prompt !== 'string') throw invalid('prompt', 'prompt must be a string.');
    const named = readTaskType(taskType);
    const world = this.#worldFor(named);
    const { model, task_type, routing_reason, config } = decide(
      factsOf(prompt, named, metadata),
      world,
      this.#moment(world),
    );
    if (model === null || routing_reason === null || config === null) {
      throw invalid('routes', 'No row of the table matches this prompt; the last row must be the default.');
    }
    return { model, taskType: task_type, routingReason: routing_reason, config };
  }

  /** With a stated type its own rows come first, so that no rule about the text overrules the caller. */
  #worldFor(named: NamedTask | null): World {
    const key = named === null ? '' : named.kind === 'task' ? named.task : named.label;
    const known = this.#worlds.get(key);
    if (known !== undefined) return known;
    const own = named === null ? [] : this.#routes.filter((row) => namesTask(row, named));
    const world = paperWorld([...own, ...this.#routes.filter((row) => !own.includes(row))], this.#monitoring);
    this.#worlds.set(key, world);
    return world;
  }

  #moment(world: World): Moment {
    const health: Moment['health'] = {};
    for (const { id, model } of world.deployments) {
      const rate = this.errorRates.get(id) ?? this.errorRates.get(model);
      if (rate !== undefined) health[id] = { error_rate: rate, calls: null, breaker: 'closed', latency_ms: null };
    }
    return { now: '1970-01-01T00:00:00Z', seed: 0, session: null, budget_left_usd: null, health };
  }
}

function factsOf(prompt: string, named: NamedTask | null, metadata: PromptMetadata): RequestFacts {
  const view = openAiPromptView('chat', { messages: [{ role: 'user', content: prompt }] });
  const inspected = inspectRequest(view, hintsOf(named, metadata));
  return {
    ...inspected,
    labels: named === null ? inspected.labels : inspected.statedLabels,
    model: { kind: 'auto' },
    dataClasses: [],
    useCase: null,
    allowedModels: null,
    objective: null,
    obligations: [],
    preferences: null,
    deadlineMs: null,
  };
}
