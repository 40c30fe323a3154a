// certification/: what a scorer must prove on a suite's own data before its verdicts count.
// May import: contracts, lib, checks and the rest of evals/. Reads recorded outputs where a suite has them.
// Start here; cases.ts says for each suite what a right answer looks like, certify.ts runs the checks.
// A check says how many of how many and what is demanded; a scorer that misses one is disabled for the suite.
// docs/evaluation.md shows the table that `alidade eval certify` prints.

/** `at_least` and `at_most` are shares of `of`; null: reported, not demanded. */
export interface CertificateCheck {
  check: string;
  count: number;
  of: number;
  at_least: number | null;
  at_most: number | null;
  ok: boolean;
  note: string;
}

export interface Certificate {
  suite: string;
  suite_hash: string;
  scorer: string;
  scorer_version: string;
  ok: boolean;
  checks: readonly CertificateCheck[];
}

/** A check of `count` among `of`, against what is demanded of it. Nothing to check is a failure: it proves nothing. */
export function check(
  name: string,
  count: number,
  of: number,
  demand: { atLeast?: number; atMost?: number; note?: string } = {},
): CertificateCheck {
  const { atLeast = null, atMost = null, note = '' } = demand;
  const share = of === 0 ? Number.NaN : count / of;
  const ok = (atLeast === null || share >= atLeast) && (atMost === null || share <= atMost);
  return { check: name, count, of, at_least: atLeast, at_most: atMost, ok, note };
}

/** A measure that is no share, such as kappa or seconds. */
export function measure(
  name: string,
  value: number,
  demand: { atLeast?: number; atMost?: number; note?: string },
): CertificateCheck {
  return check(name, value, 1, demand);
}

export const failedChecks = ({ checks }: Certificate): number => checks.filter(({ ok }) => !ok).length;
