// Every type that detection can find: its data class, whether it is masked by default, and what others call it.

import type { DataClass } from '../contracts/data-classes.ts';
import type { TypeFacts } from './finding.ts';
import { NUMBERS } from './recognizers/numbers-list.ts';

/** From this score on a finding is taken for certain enough to change a prompt. */
const SURE = 0.5;

const OTHERS: readonly TypeFacts[] = [
  facts('email', 'personal.contact.email', SURE, 'EMAIL_ADDRESS'),
  facts('phone', 'personal.contact.phone', SURE, 'PHONE_NUMBER PH_MOBILE_NUMBER TR_PHONE_NUMBER'),
  facts('iban', 'personal.financial.account', SURE, 'IBAN_CODE'),
  facts('swift', 'organisation.identifier', null, 'SWIFT_CODE'),
  facts('crypto_address', 'personal.financial.crypto', SURE, 'CRYPTO'),
  facts('ip_address', 'personal.network', SURE, 'IP_ADDRESS'),
  facts('mac_address', 'personal.network', SURE, 'MAC_ADDRESS'),
  facts('date_of_birth', 'personal.birth', SURE, 'DATE_OF_BIRTH'),
  // Guesses from capital letters and lists stay below; what a title, a label or a full name says is masked.
  facts('person', 'personal.name', 0.8, 'PERSON'),
  facts('address', 'personal.contact.address', 0.7, 'STREET_ADDRESS'),
  facts('postal_code', 'personal.contact.address', 0.7, 'ZIP_CODE UK_POSTCODE DE_PLZ'),
  facts('organization', 'organisation.name', null, 'ORGANIZATION'),
  facts('city', 'personal.location', null, 'LOCATION GPE'),
  facts('region', 'personal.location', null, 'LOCATION GPE'),
  facts('country', 'personal.location', null, 'LOCATION GPE'),
  facts('nationality', 'personal.location', null, 'NRP'),
  facts('age', 'personal.birth', null, 'AGE'),
  facts('date', 'public', null, 'DATE_TIME'),
  facts('url', 'personal.contact.online', null, 'URL'),
  facts('domain', 'public', null, 'URL DOMAIN_NAME'),
  facts('api_key', 'credential.api_key', SURE, ''),
  facts('private_key', 'credential.private_key', SURE, ''),
  facts('password', 'credential.password', SURE, ''),
  facts('token', 'credential.token', SURE, ''),
  facts('connection_string', 'credential.password', SURE, ''),
];

function facts(type: string, dataClass: DataClass, maskedFrom: number | null, aliases: string): TypeFacts {
  return { type, dataClass, maskedFrom, aliases: aliases.split(' ').filter((alias) => alias !== '') };
}

function collect(): Map<string, TypeFacts> {
  const types = new Map(OTHERS.map((entry) => [entry.type, entry]));
  for (const { type, dataClass, masked, aliases } of NUMBERS) {
    const known = types.get(type)?.aliases ?? [];
    const entry = facts(type, dataClass, masked === false ? null : SURE, aliases ?? '');
    types.set(type, { ...entry, aliases: [...known, ...entry.aliases] });
  }
  return types;
}

/** Facts by type. */
export const TYPES: ReadonlyMap<string, TypeFacts> = collect();

/** Types that are masked by default, each from the score that its facts name. */
export const MASKED_BY_DEFAULT: ReadonlySet<string> = new Set(
  [...TYPES.values()].filter(({ maskedFrom }) => maskedFrom !== null).map(({ type }) => type),
);

/** Whether a finding is one that is masked unless policy says otherwise. */
export function isMaskedByDefault({ type, score }: { type: string; score: number }): boolean {
  const known = TYPES.get(type);
  // A type that is not ours comes from a plug-in, which was asked because ours are not enough.
  const from = known === undefined ? SURE : known.maskedFrom;
  return from !== null && score >= from;
}

/** The data class of a type; null for a type that no recognizer of ours has, which a plug-in may report. */
export const dataClassOf = (type: string): DataClass | null => TYPES.get(type)?.dataClass ?? null;
