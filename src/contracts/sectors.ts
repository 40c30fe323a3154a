/** Sectors that the starter rules ask about. */
export const SECTORS: readonly string[] = ['health', 'finance', 'broker_dealer', 'defence', 'public_sector'];

/** Legal thresholds that they ask about. */
export const THRESHOLDS: readonly string[] = ['pipl'];

/** Other words for sectors, as people write them in use cases. */
const SECTOR_WORDS: Readonly<Record<string, string>> = {
  healthcare: 'health',
  medical: 'health',
  financial: 'finance',
  banking: 'finance',
  financial_services: 'finance',
  'broker-dealer': 'broker_dealer',
  brokerage: 'broker_dealer',
  defense: 'defence',
  dod: 'defence',
  military: 'defence',
  public: 'public_sector',
  government: 'public_sector',
};

/** `Public-Sector` -> `public_sector`, `defense` -> `defence`; what is not known stays as it is written. */
export function sectorName(written: string): string {
  const name = written.trim().toLowerCase();
  const joined = name.replace(/[\s-]+/g, '_');
  return SECTOR_WORDS[name] ?? SECTOR_WORDS[joined] ?? joined;
}
