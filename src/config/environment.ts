import type { DeploymentConfig, EndpointConfig } from '../contracts/configuration.ts';
import type { Preset } from '../contracts/preset.ts';

/**
 * Keys in the environment make endpoints and deployments, so that a key and one command are a running gateway.
 *
 * Only while the configuration names no endpoint and no deployment: a file that names any is the whole truth about
 * where data may go, and a key that happens to be in a shell must not open another destination. `environment_keys: true`
 * adds them beside the file's, `false` never looks (`usesEnvironmentKeys` of the loaded configuration decides).
 */
export interface EnvironmentEndpoints {
  /** By preset name. */
  endpoints: Record<string, EndpointConfig>;
  /** Ids are `<model without maker>@<preset>`, e.g. `glm-5.2@zai`. */
  deployments: DeploymentConfig[];
  /** Which variable made which endpoint: never the value. */
  found: { variable: string; preset: string }[];
}

/** What a preset serves; the catalogue's `modelsOffered` answers it. */
export type OfferedModels = (preset: Preset) => readonly { model: string; upstreamModel: string }[];

/**
 * One endpoint per preset with a key, in the order of the presets. A variable serves the first preset that names it, so
 * that one key does not make two endpoints.
 */
export function environmentEndpoints(
  env: Readonly<Record<string, string | undefined>>,
  presets: readonly Preset[],
  offered: OfferedModels,
): EnvironmentEndpoints {
  const result: EnvironmentEndpoints = { endpoints: {}, deployments: [], found: [] };
  const used = new Set<string>();
  for (const preset of presets) {
    const variable = preset.environmentVariables.find((name) => isSet(env[name]) && !used.has(name));
    if (variable === undefined || preset.baseUrl === null) continue;
    used.add(variable);
    result.found.push({ variable, preset: preset.name });
    result.endpoints[preset.name] = { preset: preset.name, api_key: (env[variable] as string).trim() };
    result.deployments.push(...deploymentsOf(preset, offered));
  }
  return result;
}

function deploymentsOf(preset: Preset, offered: OfferedModels): DeploymentConfig[] {
  const models = offered(preset);
  const bare = (model: string) => model.slice(model.indexOf('/') + 1);
  return models.map(({ model, upstreamModel }) => {
    // Two makers may use one name; then the maker stays in the id.
    const ambiguous = models.some((other) => other.model !== model && bare(other.model) === bare(model));
    const name = ambiguous ? model : bare(model);
    return { id: `${name}@${preset.name}`, model, endpoint: preset.name, upstream_model: upstreamModel };
  });
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}
