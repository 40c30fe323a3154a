import { modelsOffered } from '../catalog/served-model.ts';
import { DEFAULT_ROUTES } from '../config/default-routes.ts';
import { environmentEndpoints } from '../config/environment.ts';
import type { LoadedConfiguration } from '../config/load.ts';
import { redactConfiguration } from '../config/redact.ts';
import { PRESETS } from '../providers/presets.ts';

export interface EffectiveConfiguration {
  /** As it could be written in a file: placeholders as written, other secrets redacted. */
  configuration: Record<string, unknown>;
  /** Which variables made which endpoints, never their values. */
  fromEnvironment: readonly { variable: string; endpoint: string }[];
}

/** Everything that is in force: what is written, the defaults, and what keys in the environment add. */
export function effectiveConfiguration(
  loaded: LoadedConfiguration,
  env: Readonly<Record<string, string | undefined>>,
): EffectiveConfiguration {
  const { configuration, written, paths } = loaded;
  const shown = redactConfiguration(configuration, written);
  const environment = loaded.usesEnvironmentKeys ? environmentEndpoints(env, PRESETS, modelsOffered) : null;
  const found = (environment?.found ?? []).filter(({ preset }) => !(preset in configuration.endpoints));
  const ids = new Set(configuration.deployments.map((deployment) => deployment.id));
  const added = found.map(({ preset, variable }) => [preset, { preset, api_key: `\${${variable}}` }] as const);
  const deployments = (environment?.deployments ?? []).filter(
    ({ id, endpoint }) => !ids.has(id) && found.some(({ preset }) => preset === endpoint),
  );
  const { store, server, data_dir, ...rest } = shown;
  return {
    configuration: {
      server,
      store: store ?? (paths.store.kind === 'sqlite' ? { url: `sqlite://${paths.store.path}` } : undefined),
      data_dir: data_dir ?? paths.dataDir,
      ...rest,
      endpoints: { ...shown.endpoints, ...Object.fromEntries(added) },
      deployments: [...shown.deployments, ...deployments],
      routes: shown.routes ?? DEFAULT_ROUTES,
    },
    fromEnvironment: found.map(({ variable, preset }) => ({ variable, endpoint: preset })),
  };
}
