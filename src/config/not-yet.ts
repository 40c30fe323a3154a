import type { Configuration } from '../contracts/configuration.ts';
import type { ConfigurationFinding, ConfigurationPath } from '../contracts/configuration-problem.ts';

/**
 * What the schema already takes and this release does not carry out. Whatever would make somebody believe that data is
 * held back is an error.
 */
export function notCarriedOut(configuration: Configuration): ConfigurationFinding[] {
  const findings: ConfigurationFinding[] = [];
  const add = (path: ConfigurationPath, message: string, hint: string): void => {
    findings.push({ severity: 'error', path, message, hint });
  };
  if (configuration.policy.unlabelled_personal !== 'record') {
    const hint = 'Leave it out: nothing is detected yet.';
    add(['policy', 'unlabelled_personal'], 'This release does not detect personal data in requests.', hint);
  }
  return findings;
}
