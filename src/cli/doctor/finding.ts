/** What `doctor` can find, by code. Codes are stable: docs/doctor.md lists them, and monitoring may match them. */
export const DOCTOR_CODES = {
  'W-NODE-001': 'This version of Node is not one that the tests run on.',
  'E-CONFIG-001': 'The configuration has an error: no server starts with it.',
  'W-CONFIG-002': 'The configuration has a warning.',
  'E-PORT-001': 'Another program listens where the server would.',
  'E-PORT-002': 'The address cannot be listened on.',
  'E-PORT-003': 'Without keys the server listens on loopback only, and the configuration names another address.',
  'E-DATA-001': 'The data folder cannot be written.',
  'E-DISK-001': 'Less space is free than journal.min_free_bytes: labelled traffic would be refused.',
  'W-DISK-002': 'The space that is free is less than four times journal.min_free_bytes.',
  'E-STORE-001': 'The database does not open. Traffic is answered without it, reports are not.',
  'E-STORE-002': 'The server that runs says that it is degraded.',
  'E-JOURNAL-001': 'The end of the journal is no whole chain.',
  'W-JOURNAL-002': 'The journal ends in an unfinished record, which the next start sets aside.',
  'E-JOURNAL-003': 'The key that signs the journal is missing, damaged or another one: no server starts.',
  'E-EVIDENCE-001': 'The evidence that is promoted cannot be read: no server starts.',
  'W-KEYS-001': 'A key in the environment is not used, because the configuration names its own endpoints.',
  'E-KEYS-002': 'The file with the hashes of keys cannot be read.',
  'E-MODELS-001': 'Nothing can answer: there is no deployment.',
  'W-MODELS-002': 'A model that the routes name is not available.',
  'W-MODELS-003': 'A deployment is configured that this release cannot call.',
  'W-FACTS-001': 'Nothing says that a data processing agreement with the operator is signed.',
  'W-FACTS-002': 'The facts about an endpoint are older than facts_valid_days.',
  'W-POLICY-001': 'policy.unlabelled_personal is record: no rule sees personal data in traffic without a data class.',
  'W-TOKENS-001':
    'The store is Postgres and privacy.tenant_key is not set: replicas without a common folder make different tokens.',
  'W-CLOCK-001': 'The clock shows a time before the catalogue was made.',
  'W-CLOCK-002': 'The journal was written at a time that the clock has not reached.',
  'W-CATALOGUE-001': 'What is known of models is more than half a year old.',
  'W-PRICES-001': 'The prices are more than half a year old.',
} as const;

export type DoctorCode = keyof typeof DOCTOR_CODES;

export interface Finding {
  area: string;
  status: 'ok' | 'warning' | 'error';
  /** null where all is well. */
  code: DoctorCode | null;
  message: string;
  /** What to do, or null. */
  fix: string | null;
}

export const fine = (area: string, message: string): Finding => ({
  area,
  status: 'ok',
  code: null,
  message,
  fix: null,
});

/** A finding that names what is wrong here. Its area and severity are those of the code. */
export function trouble(code: DoctorCode, message: string, fix: string | null): Finding {
  const [severity, area] = code.split('-') as [string, string];
  return { area: area.toLowerCase(), status: severity === 'E' ? 'error' : 'warning', code, message, fix };
}
