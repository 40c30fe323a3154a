import { z } from 'zod';
import { CAPABILITIES, DIALECTS, DOMAINS, LENGTH_BUCKETS, MODALITIES, OBJECTIVE_MODES, ROLES } from './vocabulary.ts';

/** Schema of `alidade.yaml`. Every object is strict, so that a misspelt member is an error and not silence. */

const country = z.string().regex(/^[a-z]{2}$/, 'an ISO 3166 alpha-2 code in lower case, or eu for the EEA');
const identifier = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/, 'letters, digits and . _ : / @ -, starting with a letter or digit');
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
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}/, 'a date, YYYY-MM-DD');
const oneOrMany = <T extends z.ZodType>(schema: T) => z.union([schema, z.array(schema).min(1)]);

export const limitsSchema = z.strictObject({
  rpm: positiveInteger.optional().describe('Requests per minute'),
  tpm: positiveInteger.optional().describe('Tokens per minute'),
  concurrency: positiveInteger.optional(),
  usd_day: z.number().positive().optional(),
  usd_month: z.number().positive().optional(),
});
export type LimitsConfig = z.infer<typeof limitsSchema>;

export const endpointSchema = z.strictObject({
  operator: identifier.optional(),
  preset: identifier.optional().describe('One of the names `alidade models list --presets` prints'),
  dialect: z.enum(DIALECTS).optional(),
  base_url: z
    .url()
    .optional()
    .describe('What the SDK of the vendor takes: openai with /v1, anthropic without, gemini with /v1beta'),
  api_key: oneOrMany(z.string().min(1)).optional().describe('${ENV_NAME} or ${file:/path}; a list rotates'),
  headers: z.record(z.string(), z.string()).optional(),
  region: country.optional().describe('Where the compute is'),
  storage_region: country.optional(),
  log_region: country.optional(),
  support_regions: z.array(country).optional(),
  operator_country: country.optional(),
  private: z.boolean().optional().describe('Lets base_url be http or a loopback or private address; policy ignores it'),
  retention_days: z.number().int().nonnegative().optional(),
  zero_retention: z.boolean().optional(),
  trains_on_data: z.boolean().optional(),
  certifications: z.array(z.string()).optional(),
  transfer_mechanism: z.string().optional(),
  dpa: z.boolean().optional(),
  baa: z.boolean().optional(),
  facts_checked_at: date.optional(),
  facts_valid_days: positiveInteger.optional(),
  timeouts: z
    .strictObject({
      connect_ms: positiveInteger.optional(),
      first_byte_ms: positiveInteger.optional(),
      first_token_ms: positiveInteger.optional(),
      idle_ms: positiveInteger.optional(),
    })
    .optional(),
  concurrency: positiveInteger.optional(),
  rate: z
    .strictObject({
      rpm: positiveInteger.optional(),
      tpm: positiveInteger.optional(),
      resets_at: z.string().optional(),
    })
    .optional(),
});
export type EndpointConfig = z.infer<typeof endpointSchema>;

export const priceSchema = z.union([
  z.strictObject({
    input_usd_per_mtok: z.number().nonnegative(),
    output_usd_per_mtok: z.number().nonnegative(),
    cached_input_usd_per_mtok: z.number().nonnegative().optional(),
  }),
  z.strictObject({
    usd_per_hour: z.number().positive(),
    capacity_tokens_per_s: z.number().positive(),
    utilisation: z.number().positive().max(1),
  }),
]);

export const deploymentSchema = z.strictObject({
  id: identifier,
  model: modelTarget,
  endpoint: identifier,
  upstream_model: z.string().min(1).optional(),
  origin_country: country.optional(),
  context_window_tokens: positiveInteger.optional(),
  max_output_tokens: positiveInteger.optional(),
  capabilities: z.array(z.enum(CAPABILITIES)).optional(),
  price: priceSchema.optional(),
  export_class: z.string().optional(),
  not_available_in: z.array(country).optional(),
  domains: z.array(z.string()).optional(),
  weight: z.number().positive().optional(),
  tags: z.array(z.string()).optional(),
});
export type DeploymentConfig = z.infer<typeof deploymentSchema>;

export const routeSchema = z
  .strictObject({
    when: z
      .strictObject({
        task: z.string().optional(),
        label: z.string().optional(),
        language: z.string().min(2).optional(),
        domain: z.enum(DOMAINS).optional(),
        length: z.enum(LENGTH_BUCKETS).optional(),
        use_case: identifier.optional(),
        modality: z.enum(MODALITIES).optional(),
      })
      .refine(
        (when) => Object.keys(when).length > 0,
        'name at least one condition, or write default: true instead of when',
      )
      .optional(),
    default: z.literal(true).optional(),
    primary: oneOrMany(modelTarget),
    fallback: oneOrMany(modelTarget).optional(),
    context_threshold: positiveInteger.optional(),
    because: z.string().optional().describe('Id of a claim or of a run that this row rests on'),
  })
  .refine(
    (route) => (route.when === undefined) !== (route.default === undefined),
    'exactly one of when and default: true',
  );
export type RouteConfig = z.infer<typeof routeSchema>;

export const objectiveSchema = z.strictObject({
  mode: z.enum(OBJECTIVE_MODES).default('table'),
  margin: z.number().min(0).max(1).default(0.05),
  alpha: z.number().gt(0).lt(0.5).default(0.1),
  usd_per_success: z.number().nonnegative().default(0.05),
  usd_per_second_waited: z.number().nonnegative().default(0.0005),
});

export const ensembleSchema = z.strictObject({
  members: z.array(modelTarget).min(1),
  arbiter: modelTarget.optional(),
  arbitrator: modelTarget.optional(),
  strategy: z.enum(['select_best', 'synthesize', 'vote', 'verify_first', 'staged']),
  quorum: positiveInteger.default(1),
  max_cost_usd: z.number().positive().optional(),
});
export type EnsembleConfig = z.infer<typeof ensembleSchema>;

export const useCaseSchema = z.strictObject({
  id: identifier,
  owner: z.string().optional(),
  task: z.string().optional(),
  domain: z.enum(DOMAINS).optional(),
  labels: z.array(z.string()).optional(),
  data_classes: z.array(z.string()).optional(),
  subject_jurisdictions: z.array(country).optional(),
  jurisdictions: z.array(country).optional(),
  sectors: z.array(z.string()).optional(),
  volume_per_day: z.number().nonnegative().optional(),
  latency_ms: z.number().positive().optional(),
  current_model: z.string().optional(),
  objective: z.union([identifier, objectiveSchema]).optional(),
  keep_bodies: z.boolean().default(false),
  limits: limitsSchema.optional(),
  on_stream_break: z.enum(['fail', 'continue']).default('fail'),
});
export type UseCaseConfig = z.infer<typeof useCaseSchema>;

export const keySchema = z.strictObject({
  id: identifier,
  secret: z
    .string()
    .min(24)
    .describe('${ENV_NAME} or ${file:/path}; keys made by `alidade keys create` need no entry here'),
  roles: z.array(z.enum(ROLES)).min(1).default(['app']),
  use_cases: z.array(identifier).optional(),
  default_use_case: identifier.optional(),
  models: z.array(z.string()).optional().describe('Logical models or maker/*; absent: all'),
  labels: z.array(z.string()).optional(),
  limits: limitsSchema.optional(),
  default_jurisdictions: z.array(country).optional(),
});
export type KeyConfig = z.infer<typeof keySchema>;

export const configurationSchema = z.strictObject({
  server: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.number().int().min(0).max(65535).default(4620),
      max_body_bytes: positiveInteger.default(33_554_432),
      default_jurisdictions: z.array(country).optional(),
      deadline_ms: positiveInteger.default(600_000),
      drain_ms: positiveInteger.default(30_000),
      allowed_hosts: z
        .array(z.string())
        .optional()
        .describe('Host headers accepted besides the loopback names in open mode'),
    })
    .prefault({}),
  store: z.strictObject({ url: z.string() }).optional(),
  data_dir: z.string().optional(),
  endpoints: z.record(identifier, endpointSchema).default({}),
  deployments: z.array(deploymentSchema).default([]),
  aliases: z.record(z.string(), logicalModel).default({}),
  routes: z.array(routeSchema).optional(),
  objectives: z.record(z.string(), objectiveSchema).default({}),
  ensembles: z.union([z.string(), z.record(identifier, ensembleSchema)]).default({}),
  use_cases: z.union([z.string(), z.array(useCaseSchema)]).default([]),
  keys: z.array(keySchema).default([]),
  limits: limitsSchema.optional().describe('For every key that has none of its own'),
  monitoring: z.strictObject({ enabled: z.boolean().default(true) }).prefault({}),
  policies: z.string().optional(),
  policy: z
    .strictObject({
      starter_bundle: z.boolean().default(true),
      unlabelled_personal: z.enum(['record', 'tokenise', 'deny']).default('record'),
    })
    .prefault({}),
  journal: z
    .strictObject({
      segment_bytes: positiveInteger.default(67_108_864),
      retention_days: positiveInteger.default(400),
      min_free_bytes: positiveInteger.default(268_435_456),
    })
    .prefault({}),
  sandbox: z.boolean().optional().describe('true keeps the sandbox deployments beside real ones (never in one plan)'),
  detect_local_engines: z.boolean().default(true),
  telemetry: z
    .strictObject({
      log_level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
      otlp_endpoint: z.url().optional(),
    })
    .prefault({}),
});
export type Configuration = z.infer<typeof configurationSchema>;
