// catalog/claims/: figures that somebody published, with source, date and what contests them.
// Pure; may import contracts/ and lib/. claim-table.ts is generated from data/claims/.
// Start here: claims that contradict each other stand together, so that nobody reads one without the other.
// A claim decides nothing: routes may name one in `because`, and own measurements replace it (docs/evidence.md).
// What a caller sees is `alidade claims list` and `GET /api/claims`.
import type { Claim } from '../../contracts/claim.ts';
import { CLAIM_TABLE } from './claim-table.ts';

export interface ClaimListing {
  /** Groups of claims that contradict each other, directly or through others, each in the order of the table. */
  contested: readonly (readonly Claim[])[];
  uncontested: readonly Claim[];
}

/** Claims that contradict a claim, whichever of the two says so. */
const rivalsOf = (claim: Claim, claims: readonly Claim[]): Claim[] =>
  claims.filter(({ id, contested_by: by }) => by.includes(claim.id) || claim.contested_by.includes(id));

function groupOf(first: Claim, claims: readonly Claim[]): Set<Claim> {
  const group = new Set([first]);
  // A set that grows while it is walked visits what was added.
  for (const claim of group) for (const rival of rivalsOf(claim, claims)) group.add(rival);
  return group;
}

/** All claims, or those about a model and what contests them. */
export function claimListing(model: string | null = null, claims: readonly Claim[] = CLAIM_TABLE): ClaimListing {
  const contested: Claim[][] = [];
  const uncontested: Claim[] = [];
  const seen = new Set<Claim>();
  const isAbout = ({ subject, rival }: Claim): boolean => model === null || subject === model || rival === model;
  for (const claim of claims) {
    if (seen.has(claim) || !isAbout(claim)) continue;
    const group = groupOf(claim, claims);
    for (const member of group) seen.add(member);
    if (group.size > 1) contested.push(claims.filter((member) => group.has(member)));
    else uncontested.push(claim);
  }
  return { contested, uncontested };
}
