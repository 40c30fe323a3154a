import { z } from 'zod';
import { isCountryCode, meantCountry } from './countries.ts';

/** Rules about gb would say nothing of `uk`. */
const existing: [(code: string) => boolean, { error: (issue: { input?: unknown }) => string }] = [
  isCountryCode,
  {
    error: ({ input }) => {
      const meant = meantCountry(String(input));
      return meant === null ? 'No country has this code' : `No country has this code: write ${meant}`;
    },
  },
];
export const country = z
  .string()
  .regex(/^[a-z]{2}$/, { error: 'an ISO 3166 alpha-2 code in lower case, or eu for the EEA', abort: true })
  .refine(...existing);
/** A country, or a part of one whose law differs (us-ca). */
export const jurisdiction = z
  .string()
  .regex(/^[a-z]{2}(-[a-z0-9]{1,3})?$/, {
    error: 'an ISO 3166 code in lower case such as de or us-ca, or eu for the EEA',
    abort: true,
  })
  .refine(...existing);

/** How people write that they have none. */
const NOTHING: ReadonlySet<string> = new Set([
  '',
  'none',
  'no',
  'false',
  'n/a',
  'na',
  '-',
  'null',
  'nil',
  'tbd',
  'todo',
  'pending',
  'missing',
]);

/** Any text counts as one: rules ask only whether there is one. */
export const transferMechanism = z
  .string()
  .refine(
    (text) => !NOTHING.has(text.trim().toLowerCase()),
    'Leave it out where there is none: any text counts as one',
  );
