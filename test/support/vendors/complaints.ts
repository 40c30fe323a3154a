export type Members = Readonly<Record<string, unknown>>;

/** The value as an object; what is none has no members. */
export const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};

/** The value as a list of objects; what is none is empty. */
export const listOf = (value: unknown): Members[] => (Array.isArray(value) ? value.map(membersOf) : []);

/** What a vendor would refuse of one request, in its own terms. */
export class Complaints {
  readonly found: string[] = [];

  demand(holds: boolean, complaint: string): void {
    if (!holds) this.found.push(complaint);
  }

  /** Vendors refuse members that they do not know. */
  onlyKnown(value: unknown, known: ReadonlySet<string>, where: string): void {
    for (const name of Object.keys(membersOf(value))) this.demand(known.has(name), `${where}: unknown member ${name}`);
  }

  /** Every object in a schema must be closed: what structured outputs demand. */
  closedSchema(schema: unknown, where: string): void {
    const { type, properties, items, additionalProperties } = membersOf(schema);
    if (type === 'object') this.demand(additionalProperties === false, `${where}: additionalProperties must be false`);
    for (const [name, value] of Object.entries(membersOf(properties))) this.closedSchema(value, `${where}.${name}`);
    if (items !== undefined) this.closedSchema(items, `${where}[]`);
  }
}

export const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' '));
