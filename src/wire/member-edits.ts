/** What a relayed body gets: members to set, as raw JSON, and to remove; every other byte stays as it was. */
export interface MemberEdits {
  set: Record<string, string>;
  remove: string[];
}
