// contracts/: the closed tree of data classes. What a use case declares, what detection finds and what rules are
// written about are names from here; a rule on a parent covers its children.

/**
 * Every class, parents before children; a dot separates levels. `public` is the only class that does not label
 * traffic. Additive only: receipts and rules refer to these names for years.
 */
export const DATA_CLASSES = [
  'public',
  'internal',
  'confidential',
  'confidential.trade_secret',
  'confidential.source_code',
  'confidential.legal_privilege',
  'credential',
  'credential.api_key',
  'credential.private_key',
  'credential.password',
  'credential.token',
  'personal',
  'personal.name',
  'personal.contact',
  'personal.contact.email',
  'personal.contact.phone',
  'personal.contact.address',
  'personal.contact.online',
  'personal.birth',
  'personal.location',
  'personal.network',
  'personal.identifier',
  'personal.identifier.national',
  'personal.identifier.tax',
  'personal.identifier.passport',
  'personal.identifier.driving_licence',
  'personal.identifier.social_security',
  'personal.identifier.vehicle',
  'personal.identifier.professional',
  'personal.financial',
  'personal.financial.card',
  'personal.financial.account',
  'personal.financial.crypto',
  'personal.employment',
  'personal.child',
  'personal.special',
  'personal.special.health',
  'personal.special.biometric',
  'personal.special.genetic',
  'personal.special.ethnicity',
  'personal.special.religion',
  'personal.special.politics',
  'personal.special.orientation',
  'personal.special.trade_union',
  'personal.special.criminal',
  'organisation',
  'organisation.name',
  'organisation.identifier',
  'government',
  'government.sensitive',
  'government.classified',
  'export_controlled',
  'export_controlled.dual_use',
  'export_controlled.military',
] as const;
export type DataClass = (typeof DATA_CLASSES)[number];

const KNOWN: ReadonlySet<string> = new Set(DATA_CLASSES);

export const isDataClass = (name: string): name is DataClass => KNOWN.has(name);

/** Whether `name` is `ancestor` or below it in the tree. */
export const isWithinClass = (name: string, ancestor: string): boolean =>
  name === ancestor || name.startsWith(`${ancestor}.`);

/** The class and all its ancestors, the class first: what a rule may be written about to cover it. */
export function lineageOf(name: DataClass): DataClass[] {
  const lineage: DataClass[] = [];
  for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
    lineage.push(name.slice(0, end) as DataClass);
  }
  return lineage;
}
