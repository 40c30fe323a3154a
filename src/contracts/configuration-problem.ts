/** Where in the configuration: member names and list positions from the top, as in JSON. */
export type ConfigurationPath = readonly (string | number)[];

/**
 * Something wrong with the configuration, found by whoever knows (the schema, the catalogue); config/ adds file, line and
 * column. An error keeps the file from being used, a warning does not.
 */
export interface ConfigurationFinding {
  severity: 'error' | 'warning';
  path: ConfigurationPath;
  /** What is wrong and what would be right. Never holds a secret. */
  message: string;
  /** A next step or a near match, or null. */
  hint: string | null;
}
