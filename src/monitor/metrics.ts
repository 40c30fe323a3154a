// monitor/: what operators watch: Prometheus metrics, OpenTelemetry spans, logs.
// May import: contracts/, lib/. Reads receipts and never influences a request.
// Start here; tracing.ts turns receipts into spans, log.ts holds the one logger.
// Counting happens on the hot path and costs a map look-up; formatting happens when somebody scrapes.
// Names follow the OpenTelemetry GenAI conventions v1.41.1 where one exists, `alidade_` otherwise.
import type { Registry } from 'prom-client';
import type { HealthSnapshot } from '../contracts/decision.ts';
import type { LimitScope, LimitSpending } from '../contracts/limits.ts';
import type { AttemptRecord, Receipt } from '../contracts/receipt.ts';
import { CounterFamily, GaugeFamily, type GaugeReading, GaugeSetFamily, HistogramFamily } from './metric-families.ts';

/** Seconds; the bounds of gen_ai.server.request.duration in the conventions. */
const DURATION_BUCKETS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/** Seconds; the bounds of gen_ai.server.time_to_first_token. */
const FIRST_TOKEN_BUCKETS = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Seconds; around the time that we add ourselves. */
const OVERHEAD_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1];
/** Tokens; the bounds of gen_ai.client.token.usage. */
const TOKEN_BUCKETS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

/** Health of a deployment as it is scraped; `GET /api/deployments` says what each member means. */
export interface ScrapedDeployment {
  deployment: string;
  calls: number;
  error_rate: number;
  failures: Readonly<Record<string, number>>;
  breaker: HealthSnapshot['breaker'];
  breaker_openings: number;
  share: number;
  resting_credentials: readonly unknown[];
}

/** What a subject has used of its limits. */
export interface ScrapedLimit extends LimitSpending {
  scope: LimitScope;
  id: string;
}

const BREAKER_STATES = ['closed', 'half_open', 'open'] as const;

/** Numbers that are read when scraped. */
export interface MetricSources {
  inFlight: () => number;
  journalDropped: () => number;
  journalAccepting: () => boolean;
  storeAvailable: () => boolean;
  /** Those that were called. */
  deployments: () => readonly ScrapedDeployment[];
  /** Those that limits were asked for. */
  limits: () => readonly ScrapedLimit[];
}

interface Registrable {
  register(registry: Registry): void;
}

/** Everything behind `GET /metrics`. */
export class Metrics {
  readonly #families: readonly Registrable[];
  readonly #sources: MetricSources;
  /** Read once a scrape, for all families that tell of them. */
  #deployments: readonly ScrapedDeployment[] = [];
  #limits: readonly ScrapedLimit[] = [];
  #registry: Promise<Registry> | null = null;
  readonly #requests = new CounterFamily('alidade_requests_total', 'Requests by operation and outcome', [
    'operation',
    'outcome',
  ]);
  readonly #attempts = new CounterFamily('alidade_attempts_total', 'Calls to deployments', [
    'deployment',
    'role',
    'outcome',
  ]);
  readonly #tokens = new CounterFamily('alidade_tokens_total', 'Tokens by deployment and kind', ['deployment', 'kind']);
  readonly #cost = new CounterFamily('alidade_cost_usd_total', 'Known cost in US dollars', ['deployment']);
  readonly #unpriced = new CounterFamily('alidade_unpriced_attempts_total', 'Calls whose cost is unknown', [
    'deployment',
  ]);
  readonly #duration = new HistogramFamily(
    'gen_ai_server_request_duration_seconds',
    'Time from the whole request to the end of the answer',
    ['operation'],
    DURATION_BUCKETS,
  );
  readonly #firstToken = new HistogramFamily(
    'gen_ai_server_time_to_first_token_seconds',
    'Time from dispatch to the first content, by deployment',
    ['deployment'],
    FIRST_TOKEN_BUCKETS,
  );
  readonly #overhead = new HistogramFamily(
    'alidade_overhead_seconds',
    'Time spent in Alidade before the first upstream call',
    ['operation'],
    OVERHEAD_BUCKETS,
  );
  readonly #tokenUsage = new HistogramFamily(
    'gen_ai_client_token_usage',
    'Tokens per call, by deployment and kind',
    ['deployment', 'gen_ai_token_type'],
    TOKEN_BUCKETS,
  );

  constructor(sources: MetricSources, version: string) {
    this.#sources = sources;
    this.#families = [
      this.#requests,
      this.#attempts,
      this.#tokens,
      this.#cost,
      this.#unpriced,
      this.#duration,
      this.#firstToken,
      this.#overhead,
      this.#tokenUsage,
      new GaugeFamily('alidade_in_flight_requests', 'Requests being answered now', 'gauge', sources.inFlight),
      new GaugeFamily(
        'alidade_journal_dropped_total',
        'Records that could not be written',
        'counter',
        sources.journalDropped,
      ),
      new GaugeFamily('alidade_journal_accepting', '1 while the journal can record', 'gauge', () =>
        sources.journalAccepting() ? 1 : 0,
      ),
      new GaugeFamily('alidade_store_available', '1 while the database answers', 'gauge', () =>
        sources.storeAvailable() ? 1 : 0,
      ),
      ...this.#deploymentFamilies(),
      ...this.#limitFamilies(),
      new GaugeFamily('alidade_build_info', 'Constant 1, with the version', 'gauge', () => 1, { version }),
    ];
  }

  /** Counts one finished request. Calls on behalf of another are no requests, and what they cost counts once: there. */
  onReceipt(receipt: Receipt): void {
    if (receipt.purpose === undefined) {
      this.#requests.add(1, receipt.operation, receipt.outcome);
      this.#duration.observe(receipt.total_ms / 1000, receipt.operation);
      this.#overhead.observe(receipt.overhead_ms / 1000, receipt.operation);
    }
    if (receipt.ensemble !== undefined) return;
    for (const attempt of receipt.attempts) this.#onAttempt(attempt);
  }

  /** Prometheus text exposition. */
  async text(): Promise<string> {
    this.#registry ??= this.#open();
    const registry = await this.#registry;
    this.#deployments = this.#sources.deployments();
    this.#limits = this.#sources.limits();
    return registry.metrics();
  }

  readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';

  /** prom-client takes 84 ms to load, so only whoever scrapes waits for it; the process metrics begin then. */
  async #open(): Promise<Registry> {
    const { collectDefaultMetrics, Registry } = await import('prom-client');
    const registry = new Registry();
    for (const family of this.#families) family.register(registry);
    collectDefaultMetrics({ register: registry });
    return registry;
  }

  #deploymentFamilies(): Registrable[] {
    const family = (
      name: string,
      help: string,
      read: (deployment: ScrapedDeployment) => readonly GaugeReading[],
      type: 'gauge' | 'counter' = 'gauge',
    ): Registrable =>
      new GaugeSetFamily(`alidade_deployment_${name}`, help, type, () => this.#deployments.flatMap(read));
    return [
      family('breaker_state', '1 for the state that the breaker is in', ({ deployment, breaker }) =>
        BREAKER_STATES.map((state) => ({ labels: { deployment, state }, value: state === breaker ? 1 : 0 })),
      ),
      family(
        'breaker_openings_total',
        'How often the breaker has opened',
        ({ deployment, breaker_openings: value }) => [{ labels: { deployment }, value }],
        'counter',
      ),
      family('share', 'Share of its requests that it takes, below 1 while it recovers', ({ deployment, share }) => [
        { labels: { deployment }, value: share },
      ]),
      family('recent_calls', 'Calls of the last five minutes', ({ deployment, calls }) => [
        { labels: { deployment }, value: calls },
      ]),
      family('recent_failures', 'Failed calls of the last five minutes by kind', ({ deployment, failures }) =>
        Object.entries(failures).map(([kind, value]) => ({ labels: { deployment, kind }, value })),
      ),
      family('error_rate', 'Share of the calls of the last five minutes that failed', (view) => [
        { labels: { deployment: view.deployment }, value: view.error_rate },
      ]),
      family('resting_credentials', 'Credentials that were refused or told to wait', (view) => [
        { labels: { deployment: view.deployment }, value: view.resting_credentials.length },
      ]),
    ];
  }

  #limitFamilies(): Registrable[] {
    const usd = ({ scope, id: subject, usd_day: day, usd_month: month }: ScrapedLimit): GaugeReading[] => [
      { labels: { scope, subject, period: 'day' }, value: day },
      { labels: { scope, subject, period: 'month' }, value: month },
    ];
    return [
      new GaugeSetFamily(
        'alidade_limit_used_usd',
        'US dollars used of the day and month (UTC), in flight included, where dollars are limited',
        'gauge',
        () => this.#limits.flatMap(usd),
      ),
      new GaugeSetFamily('alidade_limit_in_flight', 'Requests or calls that are under way now', 'gauge', () =>
        this.#limits.map(({ scope, id, in_flight: value }) => ({ labels: { scope, subject: id }, value })),
      ),
    ];
  }

  #onAttempt(attempt: AttemptRecord): void {
    const { deployment, usage } = attempt;
    this.#attempts.add(1, deployment, attempt.role, attempt.outcome);
    if (attempt.first_token_ms !== null) this.#firstToken.observe(attempt.first_token_ms / 1000, deployment);
    if (attempt.cost_usd === null) this.#unpriced.add(1, deployment);
    else if (attempt.cost_usd > 0) this.#cost.add(attempt.cost_usd, deployment);
    if (usage.input_tokens !== null) {
      this.#tokens.add(usage.input_tokens, deployment, 'input');
      this.#tokenUsage.observe(usage.input_tokens, deployment, 'input');
    }
    if (usage.output_tokens !== null) {
      this.#tokens.add(usage.output_tokens, deployment, 'output');
      this.#tokenUsage.observe(usage.output_tokens, deployment, 'output');
    }
    if (usage.cached_input_tokens !== null) this.#tokens.add(usage.cached_input_tokens, deployment, 'cached_input');
    if (usage.reasoning_tokens !== null) this.#tokens.add(usage.reasoning_tokens, deployment, 'reasoning');
  }
}
