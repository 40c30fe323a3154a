import { z } from 'zod';
import { TOKEN_HANDLINGS } from './tokens.ts';

const positiveInteger = z.int().positive();

/** How tokens are made, and for what. */
export const privacySchema = z.strictObject({
  tenant_key: z
    .string()
    .min(32, 'at least 32 characters: 32 random bytes in hexadecimal or base64')
    .optional()
    .describe(
      'Secret that tokens for personal data are made with, the same on all replicas; absent: a file in data_dir, made at the first start',
    ),
  otherwise: z
    .enum(TOKEN_HANDLINGS)
    .default('tokenise')
    .describe('What is done with findings of types that are masked by default and not named under types'),
  types: z
    .record(z.string(), z.enum(TOKEN_HANDLINGS))
    .default({})
    .describe(
      'By type (`alidade pii types`), where tokens are demanded: tokenise (the answer gets the value back), mask (a placeholder, for good), drop, block (not sent), keep (sent as it is)',
    ),
});

/** How requests are searched for personal data. */
export const detectionSchema = z.strictObject({
  max_characters: positiveInteger
    .default(16_777_216)
    .describe('Longer requests are not searched: labelled ones are refused, others recorded as incomplete'),
  budget_ms: positiveInteger
    .default(500)
    .describe('Time to search a request, plus 2 ms per KiB; labelled requests that take longer are refused'),
  presidio: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .describe('Address of a Presidio analyzer of your own, without /analyze: it sees every text as it is'),
      language: z
        .string()
        .regex(/^[a-z]{2}$/, 'an ISO 639-1 language')
        .default('en')
        .describe('Language of its model'),
      least_score: z.number().min(0).max(1).default(0.5).describe('Findings below it are left out'),
      timeout_ms: positiveInteger
        .default(1_000)
        .describe('For one text; a text without an answer counts as not searched'),
    })
    .optional()
    .describe('Asked beside the built-in detection; absent: nobody'),
});
