import { type ClaimListing, claimListing } from '../catalog/claims/claim-listing.ts';
import { logicalName } from '../catalog/model-names.ts';
import type { Claim } from '../contracts/claim.ts';

export type { Claim, ClaimListing };

/** Claims about a model under any spelling, with what contests them; null: all claims. */
export const listClaims = (model: string | null): ClaimListing =>
  claimListing(model === null ? null : logicalName(model));
