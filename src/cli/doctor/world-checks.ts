import type { LoadedConfiguration } from '../../config/load.ts';
import { type ConfigurationProblem, formatProblem } from '../../config/problem.ts';
import { endpointFacts } from '../../offline/diagnosis.ts';
import type { OfflineWorld } from '../../offline/offline-world.ts';
import { type Finding, fine, trouble } from './finding.ts';

const DAY_MS = 86_400_000;

export function checkConfiguration(problems: readonly ConfigurationProblem[], file: string | null): Finding[] {
  const found = problems.map((problem) =>
    trouble(problem.severity === 'error' ? 'E-CONFIG-001' : 'W-CONFIG-002', formatProblem(problem), null),
  );
  return found.length > 0 ? found : [fine('config', file ?? 'built-in default (no alidade.yaml found)')];
}

/** Names of variables only, never what they hold. */
export function checkVendorKeys(variables: readonly string[], used: boolean): Finding {
  if (variables.length === 0) return fine('keys', 'no key of a vendor in the environment');
  if (used) return fine('keys', `in the environment: ${variables.join(', ')}`);
  const message = `Not used: ${variables.join(', ')}. The configuration names its own endpoints.`;
  return trouble('W-KEYS-001', message, 'Set environment_keys: true to use them too, or name them as ${NAME}.');
}

/** Every model that a row of the routes names and nothing serves, with why. */
export function checkModels({ catalogue }: OfflineWorld): Finding[] {
  const { deployments, routes, unavailable, skipped, sandboxOnly } = catalogue;
  if (deployments.length === 0) {
    return [
      trouble(
        'E-MODELS-001',
        'There is no deployment: every request would be refused.',
        'Set a key of a vendor, or allow the sandbox.',
      ),
    ];
  }
  const named = new Set(routes.flatMap(({ primary, fallback }) => [...primary, ...fallback]));
  const missing = [...named].flatMap((model) => {
    const reason = unavailable.get(model);
    return reason === undefined ? [] : [trouble('W-MODELS-002', `${model}: ${reason}`, null)];
  });
  const uncallable = skipped.map(({ deployment, dialect }) =>
    trouble('W-MODELS-003', `${deployment} speaks the ${dialect} dialect, which this release cannot call.`, null),
  );
  const all = sandboxOnly
    ? `SANDBOX: ${deployments.length} deterministic programs, not AI models`
    : `${deployments.length} deployments`;
  return [fine('models', all), ...missing, ...uncallable];
}

export function checkFacts({ catalogue }: OfflineWorld, now: Date): Finding[] {
  return endpointFacts(catalogue.deployments).flatMap(({ id, operator, dpa, checkedAt, validDays }) => {
    const found: Finding[] = [];
    if (operator !== 'self' && dpa !== true) {
      const message = `Nothing says that a data processing agreement with ${operator} (endpoint ${id}) is signed.`;
      found.push(trouble('W-FACTS-001', message, `Write dpa: true at endpoints.${id} once it is.`));
    }
    if (checkedAt !== null && now.getTime() - Date.parse(checkedAt) > validDays * DAY_MS) {
      const message = `The facts about endpoint ${id} were checked on ${checkedAt} and count for ${validDays} days: they are unknown now.`;
      found.push(trouble('W-FACTS-002', message, 'Check them again and set facts_checked_at.'));
    }
    return found;
  });
}

export function checkPolicy({ configuration }: LoadedConfiguration): Finding {
  const { unlabelled_personal: unlabelled } = configuration.policy;
  if (unlabelled !== 'record') return fine('policy', `personal data in unlabelled traffic: ${unlabelled}`);
  const message = 'policy.unlabelled_personal is record: no rule sees personal data in traffic without a data class.';
  return trouble('W-POLICY-001', message, 'Give each use case its data_classes, and each key its use cases.');
}

/** A conversation that moves to another replica keeps its tokens only where both have one key. */
export function checkTokens({ configuration, paths }: LoadedConfiguration): Finding[] {
  if (paths.store.kind !== 'postgres' || configuration.privacy.tenant_key !== undefined) return [];
  const message = 'The store is Postgres and privacy.tenant_key is not set: each data folder makes a key of its own.';
  return [
    trouble('W-TOKENS-001', message, 'Set privacy.tenant_key: "${NAME}" to the same 32 random bytes everywhere.'),
  ];
}
