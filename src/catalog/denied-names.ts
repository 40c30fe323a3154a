import type { ConfigurationFinding } from '../contracts/configuration-problem.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { nearestNames } from '../lib/edit-distance.ts';
import { didYouMean } from './findings.ts';
import { MAKERS, makerIdOf, OPERATORS, operatorIdOf } from './makers.ts';

export interface DeniedNames {
  denied_makers: readonly string[];
  denied_operators: readonly string[];
}

/** Denied names under the ids that rules meet, and as they are written: an operator may be called anything. */
export function deniedIds({ denied_makers: makers, denied_operators: operators }: DeniedNames): {
  makers: readonly string[];
  operators: readonly string[];
} {
  return {
    makers: [...new Set(makers.flatMap((name) => [name, makerIdOf(name)]))],
    operators: [...new Set(operators.flatMap((name) => [name, operatorIdOf(name)]))],
  };
}

/** Denied names that nobody bears: a slip of the hand there would deny nothing. Who may come later is no error. */
export function unknownDenied(denied: DeniedNames, deployments: readonly Deployment[]): ConfigurationFinding[] {
  const makers = [...MAKERS.map(({ id }) => id), ...deployments.map(({ maker }) => maker)];
  const operators = [...OPERATORS.map(({ id }) => id), ...deployments.map(({ endpoint }) => endpoint.operator)];
  return [
    ...denied.denied_makers.flatMap((name, index) =>
      unknownName(makerIdOf(name), makers, ['policy', 'denied_makers', index], 'maker'),
    ),
    ...denied.denied_operators.flatMap((name, index) =>
      unknownName(operatorIdOf(name), operators, ['policy', 'denied_operators', index], 'operator'),
    ),
  ];
}

function unknownName(
  name: string,
  known: readonly string[],
  path: ConfigurationFinding['path'],
  what: string,
): ConfigurationFinding[] {
  if (known.includes(name)) return [];
  const message = `Nobody knows the ${what} ${JSON.stringify(name)}: nothing is denied by it.`;
  return [{ severity: 'warning', path, message, hint: didYouMean(nearestNames(name, new Set(known), 3)) }];
}
