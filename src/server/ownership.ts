import type { Caller } from './authenticate.ts';

/** The key id that a caller's view is limited to; null for those who may see everything. */
export function ownOnly(caller: Caller): string | null {
  const seesAll = caller.key === null || caller.roles.includes('admin') || caller.roles.includes('auditor');
  return seesAll ? null : (caller.key?.id ?? null);
}
