import type { Configuration, LimitsConfig } from '../contracts/configuration.ts';
import type { ConfigurationFinding, ConfigurationPath } from '../contracts/configuration-problem.ts';

/**
 * What the schema already takes and this release does not carry out. Whatever would make somebody believe that data is
 * held back is an error; what only costs or is merely unused is a warning, and the safe behaviour applies.
 */
export function notCarriedOut(configuration: Configuration): ConfigurationFinding[] {
  const findings: ConfigurationFinding[] = [];
  const add = (severity: 'error' | 'warning', path: ConfigurationPath, message: string, hint: string): void => {
    findings.push({ severity, path, message, hint });
  };
  if (configuration.policy.unlabelled_personal !== 'record') {
    const hint = 'Leave it out: nothing is detected yet.';
    add('error', ['policy', 'unlabelled_personal'], 'This release does not detect personal data in requests.', hint);
  }
  const limits = (given: LimitsConfig | undefined, path: ConfigurationPath): void => {
    for (const name of ['tpm', 'usd_day', 'usd_month'] as const) {
      if (given?.[name] === undefined) continue;
      add('warning', [...path, name], `${name} is not enforced by this release.`, 'rpm and concurrency are.');
    }
  };
  const notLimited = (given: LimitsConfig | undefined, path: ConfigurationPath, whose: string): void => {
    for (const name of Object.keys(given ?? {})) {
      add('warning', [...path, name], `Limits of ${whose} are not enforced by this release.`, 'Those of keys are.');
    }
  };
  for (const [id, team] of Object.entries(configuration.teams))
    notLimited(team.limits, ['teams', id, 'limits'], 'teams');
  for (const [index, deployment] of configuration.deployments.entries()) {
    notLimited(deployment.limits, ['deployments', index, 'limits'], 'deployments');
  }
  limits(configuration.limits, ['limits']);
  for (const [index, key] of configuration.keys.entries()) limits(key.limits, ['keys', index, 'limits']);
  if (typeof configuration.use_cases !== 'string') {
    for (const [index, useCase] of configuration.use_cases.entries()) {
      limits(useCase.limits, ['use_cases', index, 'limits']);
    }
  }
  return findings;
}
