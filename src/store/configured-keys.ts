import type { ApiKey } from '../contracts/api-key.ts';
import type { KeyConfig } from '../contracts/configuration.ts';
import type { Label } from '../contracts/vocabulary.ts';
import { keyFromSecret } from './key-ring.ts';

/** The keys that the configuration itself defines. `createdAt` in RFC 3339: a file says nothing about when. */
export function configuredKeys(keys: readonly KeyConfig[], createdAt: string): ApiKey[] {
  return keys.map((key) => ({
    ...keyFromSecret(
      key.secret,
      {
        id: key.id,
        roles: key.roles,
        useCases: key.use_cases ?? null,
        defaultUseCase: key.default_use_case ?? null,
        models: key.models ?? null,
        limits: key.limits ?? null,
        ...(key.team === undefined ? {} : { team: key.team }),
      },
      createdAt,
    ),
    labels: (key.labels ?? []) as Label[],
    defaultJurisdictions: key.default_jurisdictions ?? null,
  }));
}
