import type { LimitsConfig } from './configuration.ts';
import type { Label, Role } from './vocabulary.ts';

/** A key as the server holds it: the hash, never the secret. */
export interface ApiKey {
  id: string;
  /** SHA-256 of the whole secret, lower-case hex. */
  hash: string;
  /** First characters of the secret, for recognising it in lists; no secret. */
  prefix: string;
  roles: readonly Role[];
  /** null: none may be named (with keys), all in open mode. */
  useCases: readonly string[] | null;
  defaultUseCase: string | null;
  /** Logical models or `maker/*`; null: all. */
  models: readonly string[] | null;
  labels: readonly Label[];
  limits: LimitsConfig | null;
  /** Whose limits its requests count for as well. Absent: nobody's. */
  team?: string;
  defaultJurisdictions: readonly string[] | null;
  createdAt: string;
  revokedAt: string | null;
}
