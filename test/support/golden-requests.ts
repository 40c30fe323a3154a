import { readdirSync, readFileSync } from 'node:fs';
import type { Capability, Dialect } from '../../src/contracts/vocabulary.ts';

/** What an upstream must be sent. */
export interface GoldenUpstream {
  /** Its own name of the model. */
  model: string;
  /** What the deployment lacks. Absent: nothing. */
  without?: readonly Capability[];
  body: Readonly<Record<string, unknown>>;
  /** `kind field` of each loss, sorted. */
  losses: readonly string[];
}

/** A request as a client writes it and what becomes of it at each upstream, both by the vendors' documentation. */
export interface GoldenRequest {
  /** Its file, `<client>-<feature>`. */
  name: string;
  about: { source: string; date: string; case: string };
  from: 'openai' | 'anthropic';
  body: Readonly<Record<string, unknown>>;
  to: Readonly<Partial<Record<Dialect, GoldenUpstream>>>;
}

const FOLDER = new URL('../../src/wire/fixtures/requests/', import.meta.url);

export const GOLDEN_REQUESTS: readonly GoldenRequest[] = readdirSync(FOLDER)
  .sort()
  .map((file) => ({
    name: file.replace('.json', ''),
    ...(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Omit<GoldenRequest, 'name'>),
  }));
