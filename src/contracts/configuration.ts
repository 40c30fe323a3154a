import { z } from 'zod';
import { ensembleSchemaOf } from './ensemble-configuration.ts';
import { country, jurisdiction, transferMechanism } from './place-configuration.ts';
import { detectionSchema, privacySchema } from './privacy-configuration.ts';
import {
  CAPABILITIES,
  DIALECTS,
  DOMAINS,
  LABELS,
  LENGTH_BUCKETS,
  MODALITIES,
  OBJECTIVE_MODES,
  ROLES,
  TASKS,
} from './vocabulary.ts';

/**
 * Schema of `alidade.yaml`. Every object is strict, so that a misspelt member is an error and not silence. The JSON
 * Schema and docs/configuration.md are generated from it, descriptions included.
 */

const identifier = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/, 'letters, digits and . _ : / @ -, starting with a letter or digit');
/** What may stand behind `ensemble/`. */
const ensembleName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits and . _ -, starting with a letter or digit');
const logicalModel = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*\/[A-Za-z0-9][A-Za-z0-9._:-]*$/, 'maker/model, e.g. zhipu/glm-5.2');
const modelTarget = z
  .string()
  .min(1)
  .describe(
    'A logical model (maker/model), a model on one endpoint (maker/model@endpoint), an alias, or a deployment id',
  );
const positiveInteger = z.number().int().positive();
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date, YYYY-MM-DD');
const oneOrMany = <T extends z.ZodType>(schema: T) => z.union([schema, z.array(schema).min(1)]);

/** What gateway/bank/quota-reset.ts understands. */
const RESET_TIME =
  /^(\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?|([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?Z?)$/;

export const limitsSchema = z.strictObject({
  rpm: positiveInteger.optional().describe('Requests per minute'),
  tpm: positiveInteger.optional().describe('Tokens per minute'),
  concurrency: positiveInteger.optional().describe('Requests in flight'),
  usd_day: z.number().positive().optional().describe('US dollars per UTC day'),
  usd_month: z.number().positive().optional().describe('US dollars per UTC month'),
});
export type LimitsConfig = z.infer<typeof limitsSchema>;

export const endpointSchema = z.strictObject({
  operator: identifier
    .optional()
    .describe('Who operates it; self means own machines, which is what policy calls on-premises'),
  preset: identifier.optional().describe('One of the names `alidade models list --presets` prints'),
  dialect: z.enum(DIALECTS).optional().describe('Wire dialect, where no preset says it'),
  base_url: z
    .url()
    .optional()
    .describe('What the SDK of the vendor takes: openai with /v1, anthropic without, gemini with /v1beta'),
  api_key: oneOrMany(z.string().min(1)).optional().describe('${ENV_NAME} or ${file:/path}; a list rotates'),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe('Sent with every call; values may hold ${ENV_NAME} and are never shown'),
  region: country.optional().describe('Where the compute is; selects the address of a preset that has several'),
  storage_region: country.optional().describe('Where prompts and answers are stored'),
  log_region: country.optional().describe('Where abuse logs are kept'),
  support_regions: z.array(country).optional().describe('From where support staff can see data'),
  operator_country: country.optional().describe('Whose law the operator is under'),
  private: z.boolean().optional().describe('Lets base_url be http or a loopback or private address; policy ignores it'),
  retention_days: z.number().int().nonnegative().optional().describe('Days for which prompts and answers are kept'),
  zero_retention: z.boolean().optional().describe('A zero-retention agreement is in force'),
  trains_on_data: z.boolean().optional().describe('The operator trains on what is sent'),
  certifications: z.array(z.string()).optional().describe('e.g. iso27001, soc2'),
  transfer_mechanism: transferMechanism
    .optional()
    .describe('Legal basis for sending personal data there, e.g. scc-2021'),
  dpa: z.boolean().optional().describe('A data processing agreement is signed'),
  baa: z.boolean().optional().describe('A business associate agreement (US health data) is signed'),
  facts_checked_at: date.optional().describe('When these facts were checked; absent: when the file was loaded'),
  facts_valid_days: positiveInteger.optional().describe('Days after which the facts count as unknown; absent: 365'),
  timeouts: z
    .strictObject({
      connect_ms: positiveInteger.optional().describe('Absent: 3000'),
      first_byte_ms: positiveInteger.optional().describe('Absent: 30000 on streams, else the deadline'),
      first_token_ms: positiveInteger.optional().describe('Absent: from measured latency'),
      idle_ms: positiveInteger.optional().describe('Absent: 30000, and 120000 while the model reasons'),
    })
    .optional(),
  concurrency: positiveInteger.optional().describe('Requests in flight that the operator allows'),
  rate: z
    .strictObject({
      rpm: positiveInteger.optional().describe('Requests per minute'),
      tpm: positiveInteger.optional().describe('Tokens per minute'),
      resets_at: z
        .string()
        .regex(RESET_TIME, 'a moment (2026-12-01T00:00:00Z, 2026-12-01) or a time of day in UTC (00:00Z)')
        .optional()
        .describe('When what is left of the quota expires: a moment, or a time of day in UTC'),
    })
    .optional()
    .describe('Quota that the operator grants'),
});
export type EndpointConfig = z.infer<typeof endpointSchema>;

const priceSchema = z.union([
  z.strictObject({
    input_usd_per_mtok: z.number().nonnegative().describe('US dollars per million input tokens'),
    output_usd_per_mtok: z.number().nonnegative().describe('US dollars per million output tokens, reasoning included'),
    cached_input_usd_per_mtok: z.number().nonnegative().optional().describe('Absent: as other input'),
  }),
  z.strictObject({
    usd_per_hour: z.number().positive().describe('What the own hardware costs'),
    capacity_tokens_per_s: z.number().positive().describe('Input and output tokens that it can serve'),
    utilisation: z.number().positive().max(1).describe('Share of the capacity that is used'),
  }),
]);

export const deploymentSchema = z.strictObject({
  id: identifier.describe('Unique; receipts, health and evidence hang on it'),
  model: modelTarget.describe('Logical model, maker/model'),
  endpoint: identifier.describe('Id of an endpoint'),
  upstream_model: z.string().min(1).optional().describe('What the upstream calls it; absent: what the catalogue says'),
  origin_country: country.optional().describe('Country of the maker'),
  context_window_tokens: positiveInteger.optional(),
  max_output_tokens: positiveInteger.optional(),
  capabilities: z.array(z.enum(CAPABILITIES)).optional().describe('The complete list; absent: what the catalogue says'),
  price: priceSchema.optional().describe('Absent: the price library; what neither knows is unknown, never 0'),
  export_class: z.string().optional().describe('Export control class of the model'),
  not_available_in: z.array(country).optional().describe('Countries whose users may not use it'),
  domains: z.array(z.string()).optional().describe('Domains that it is specialised in'),
  weight: z.number().positive().optional().describe('Share among equals; absent: 1'),
  limits: limitsSchema.optional().describe('What it may take at most, whoever asks'),
  tags: z.array(z.string()).optional(),
});
export type DeploymentConfig = z.infer<typeof deploymentSchema>;

export const routeSchema = z
  .strictObject({
    when: z
      .strictObject({
        task: z
          .string()
          .optional()
          .describe(`${TASKS.join(', ')}; names of the source article are accepted`),
        label: z
          .string()
          .optional()
          .describe(`${LABELS.join(', ')}; names of the source article are accepted`),
        language: z.string().min(2).optional().describe('ISO 639-1 of the prompt'),
        domain: z.enum(DOMAINS).optional(),
        length: z.enum(LENGTH_BUCKETS).optional(),
        use_case: identifier.optional(),
        modality: z.enum(MODALITIES).optional(),
      })
      .refine(
        (when) => Object.keys(when).length > 0,
        'name at least one condition, or write default: true instead of when',
      )
      .optional()
      .describe('Every member given must hold'),
    default: z.literal(true).optional().describe('The last row, for everything that no other row takes'),
    primary: oneOrMany(modelTarget).describe('Tried in this order'),
    fallback: oneOrMany(modelTarget).optional().describe('Tried after primary, in this order'),
    context_threshold: positiveInteger
      .optional()
      .describe('Estimated tokens above which (strictly) the row yields to the long_document row'),
    because: z.string().optional().describe('Id of a claim or of a run that this row rests on'),
    hedge: z
      .boolean()
      .optional()
      .describe(
        'Ask a second deployment where the first is slower to its first token than 95 % of its calls; absent: no',
      ),
  })
  .refine(
    (route) => (route.when === undefined) !== (route.default === undefined),
    'exactly one of when and default: true',
  );
export type RouteConfig = z.infer<typeof routeSchema>;

const objectiveSchema = z.strictObject({
  mode: z
    .enum(OBJECTIVE_MODES)
    .default('evidence')
    .describe(
      "table: always the written order; evidence: cheapest non-inferior, and the written order until a row's first model and a rival were measured",
    ),
  margin: z.number().min(0).max(1).default(0.05).describe('How far below the best still counts as good enough'),
  alpha: z.number().gt(0).lt(0.5).default(0.1).describe('Accepted chance of being wrong about that'),
  usd_per_success: z.number().nonnegative().default(0.05).describe('What a good answer is worth'),
  usd_per_second_waited: z.number().nonnegative().default(0.0005).describe('What a second of waiting costs'),
});

export const ensembleSchema = ensembleSchemaOf(modelTarget);
export type EnsembleConfig = z.infer<typeof ensembleSchema>;

const holdBackSchema = z.strictObject({
  tokens: positiveInteger.describe('Until this many tokens have come'),
  ms: positiveInteger.describe('At most so long after the first one'),
});
export type HoldBackConfig = z.infer<typeof holdBackSchema>;

export const useCaseSchema = z.strictObject({
  id: identifier,
  owner: z.string().optional().describe('Who answers for it'),
  task: z.string().optional().describe('What its requests are, instead of what their text looks like'),
  domain: z.enum(DOMAINS).optional(),
  labels: z.array(z.string()).optional().describe('e.g. regulated_eu, bulk_low_latency'),
  data_classes: z.array(z.string()).optional().describe('Classes of data that its requests carry'),
  subject_jurisdictions: z.array(jurisdiction).optional().describe('Where the people live whom the data are about'),
  jurisdictions: z.array(country).optional().describe('Where its users are'),
  sectors: z.array(z.string()).optional().describe('health, finance, broker_dealer, defence, public_sector ...'),
  approvals: z
    .array(identifier)
    .optional()
    .describe('What somebody has approved for it; docs/policy.md lists those that rules know'),
  ai_act: z.enum(['minimal', 'limited', 'high']).optional().describe('Class under the EU AI Act'),
  residency: z.array(country).optional().describe('Countries to which a contract ties its data'),
  insurer_excludes: z.array(country).optional().describe('Countries that the insurer excludes'),
  over_threshold: z.array(identifier).optional().describe('Legal thresholds that its volume has passed, e.g. pipl'),
  volume_per_day: z.number().nonnegative().optional(),
  latency_ms: z.number().positive().optional().describe('Latency that it needs'),
  current_model: z.string().optional().describe('What it uses today'),
  objective: z.union([identifier, objectiveSchema]).optional().describe('Name of an objective, or one of its own'),
  keep_bodies: z.boolean().default(false).describe('Keep prompts and answers; otherwise only receipts'),
  limits: limitsSchema.optional(),
  team: identifier.optional().describe('Whose limits its requests count for as well, unless the key has a team'),
  on_stream_break: z
    .enum(['fail', 'continue'])
    .default('fail')
    .describe(
      'What to do with a stream that breaks after text was sent: end it with an error, or let another deployment go on with the text',
    ),
  hold_back: holdBackSchema
    .optional()
    .describe(
      'Streams begin to be sent only after so much, so that one that dies early is begun anew; absent: at once',
    ),
  hedge: z
    .boolean()
    .optional()
    .describe(
      'Ask a second deployment where the first is slower to its first token than 95 % of its calls; absent: no',
    ),
});
export type UseCaseConfig = z.infer<typeof useCaseSchema>;

export const keySchema = z.strictObject({
  id: identifier,
  secret: z
    .string()
    .min(24)
    .describe('${ENV_NAME} or ${file:/path}; keys made by `alidade keys create` need no entry here'),
  roles: z.array(z.enum(ROLES)).min(1).default(['app']),
  use_cases: z.array(identifier).optional().describe('Those it may name; absent: none'),
  default_use_case: identifier.optional(),
  models: z.array(z.string()).optional().describe('Logical models or maker/*; absent: all'),
  labels: z.array(z.string()).optional().describe('Labels that all its requests carry'),
  limits: limitsSchema.optional(),
  team: identifier.optional().describe('Whose limits its requests count for as well'),
  default_jurisdictions: z
    .array(country)
    .optional()
    .describe('Where the data subjects live, if a request does not say'),
});
export type KeyConfig = z.infer<typeof keySchema>;

export const configurationSchema = z.strictObject({
  server: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('Anything but loopback needs keys'),
      port: z.number().int().min(0).max(65535).default(4620).describe('0 takes a free one'),
      max_body_bytes: positiveInteger.default(33_554_432),
      default_jurisdictions: z.array(country).optional().describe('Where the data subjects live, if nothing else says'),
      deadline_ms: positiveInteger.default(600_000).describe('For all attempts of a request together'),
      drain_ms: positiveInteger.default(30_000).describe('How long running requests may finish after SIGTERM'),
      allowed_hosts: z
        .array(z.string())
        .optional()
        .describe('Host headers accepted besides the loopback names in open mode'),
    })
    .prefault({}),
  store: z
    .strictObject({ url: z.string().describe('sqlite://relative-to-this-file, sqlite:///absolute or postgres://...') })
    .optional()
    .describe('The database, which can be rebuilt from the journal; absent: alidade.db in the data folder'),
  data_dir: z
    .string()
    .optional()
    .describe('Journal, lock, admin socket, hashes of keys; absent: the folder of the SQLite file, else .alidade'),
  endpoints: z.record(identifier, endpointSchema).default({}).describe('Places where operators serve, by id'),
  deployments: z.array(deploymentSchema).default([]).describe('Models on endpoints'),
  environment_keys: z
    .boolean()
    .optional()
    .describe('Whether keys in the environment make deployments; absent: only while the file names no endpoint'),
  aliases: z.record(z.string(), logicalModel).default({}).describe('Another name for a logical model'),
  routes: z.array(routeSchema).min(1).optional().describe('First match wins; absent: the default table'),
  objectives: z
    .record(z.string(), objectiveSchema)
    .default({})
    .describe('By name; the one called default applies where none is named'),
  ensembles: z
    .union([z.string(), z.record(ensembleName, ensembleSchema)])
    .optional()
    .describe('By name, or the path of a file that holds them; absent: legal_review and financial_analysis'),
  use_cases: z
    .union([z.string(), z.array(useCaseSchema)])
    .default([])
    .describe('A list, or the path of a file that holds it'),
  keys: z.array(keySchema).default([]).describe('Without any key the server is in open mode: loopback only'),
  limits: limitsSchema.optional().describe('For every key that has none of its own'),
  teams: z
    .record(identifier, z.strictObject({ limits: limitsSchema.describe('For all of its keys and use cases together') }))
    .default({})
    .describe('Whoever shares a budget, by id; keys and use cases name their team'),
  monitoring: z
    .strictObject({ enabled: z.boolean().default(true).describe('Whether measured health orders deployments') })
    .prefault({}),
  resilience: z
    .strictObject({
      hedge_share: z
        .number()
        .min(0)
        .max(1)
        .default(0.05)
        .describe('Share of requests that may ask a second deployment for speed; each is paid for'),
      continuation_prompts: z
        .record(z.string().regex(/^[a-z]{2,3}$/, 'an ISO 639-1 language'), z.string().min(1))
        .default({})
        .describe('By language: how a model is asked to go on with an answer that another began; absent: built in'),
    })
    .prefault({}),
  policies: z.string().optional().describe('Folder of *.cedar files, added to the starter bundle'),
  policy: z
    .strictObject({
      starter_bundle: z.boolean().default(true).describe('false leaves only the rules of policies'),
      unlabelled_personal: z
        .enum(['record', 'tokenise', 'deny'])
        .default('record')
        .describe('What personal data in traffic without a data class lead to'),
      tokenise: z
        .enum(['when_asked', 'when_needed'])
        .default('when_asked')
        .describe(
          'when_needed: a deployment that rules forbid raw text and allow tokens is used with tokens; when_asked: only for requests that ask for it',
        ),
      denied_countries: z
        .array(country)
        .default([])
        .describe('No operator and no maker of these countries, nor one whose country is unknown'),
      denied_operators: z.array(identifier).default([]).describe('Operators that are never used'),
      denied_makers: z.array(identifier).default([]).describe('Makers whose models are never used'),
    })
    .prefault({}),
  privacy: privacySchema.prefault({}),
  detection: detectionSchema.prefault({}),
  journal: z
    .strictObject({
      segment_bytes: positiveInteger.default(67_108_864).describe('Size at which a new file is begun'),
      retention_days: positiveInteger.default(400),
      min_free_bytes: positiveInteger
        .default(268_435_456)
        .describe('Below this much free disk labelled traffic is refused'),
    })
    .prefault({}),
  sandbox: z
    .boolean()
    .optional()
    .describe('true keeps the sandbox deployments beside real ones (never in one plan), false starts none'),
  detect_local_engines: z
    .boolean()
    .default(true)
    .describe('Look for Ollama, LM Studio, llama.cpp and vLLM on loopback and offer them'),
  telemetry: z
    .strictObject({
      log_level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
      otlp_endpoint: z.url().optional().describe('Where OpenTelemetry traces go; absent: nowhere'),
    })
    .prefault({}),
});
export type Configuration = z.infer<typeof configurationSchema>;
export type ResilienceConfig = Configuration['resilience'];
export type PrivacyConfig = Configuration['privacy'];
