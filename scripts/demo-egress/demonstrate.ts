import { join } from 'node:path';
import { type CalledMany, callMany } from './call-many.ts';
import type { DecidedMany } from './decide-many.ts';
import { decideOnCores } from './decide-on-cores.ts';
import { type FlippedByte, flipByte } from './flip-byte.ts';

/** One promise: what was done, what came of it, and whether it was kept. */
export interface Account {
  title: string;
  lines: readonly string[];
  kept: boolean;
}

export interface Size {
  bundles: number;
  /** Per bundle. */
  requests: number;
  calls: number;
}

const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

export function accountOfDecisions(totals: DecidedMany): Account {
  const { bundles, requests, planned, removed, forbidden, withheld, fromMemo, examples } = totals;
  return {
    title: '1. No decision names a deployment that rules forbid',
    lines: [
      `${thousands(bundles)} random bundles, ${thousands(requests)} random requests, memo on (${thousands(fromMemo)} answered from it)`,
      `${thousands(planned)} places in plans and ${thousands(removed)} removals compared with the oracle`,
      `${thousands(forbidden)} forbidden in a plan, ${thousands(withheld)} withheld without a rule`,
      ...examples,
    ],
    // An oracle and rules that forbid all, or nothing, would agree on anything.
    kept: forbidden === 0 && withheld === 0 && planned > 0 && removed > 0 && fromMemo > 0,
  };
}

export function accountOfCalls(totals: CalledMany): Account {
  const { labelled, answered, refused, cut, unexpected, byOther, publicAnswered, examples } = totals;
  return {
    title: '2. No byte about people in the EU reaches the other endpoint, not even when all permitted ones are dead',
    lines: [
      `${thousands(totals.calls)} calls, ${thousands(labelled)} of them about people in the EU; both EU endpoints killed half-way`,
      `${thousands(answered)} answered from the EU, ${thousands(cut)} cut by the kill, ${thousands(refused)} refused with 503 and the rule's id, ${thousands(unexpected)} otherwise`,
      `canaries seen by the EU endpoints: ${thousands(totals.canariesInEu)}`,
      `canaries among the ${thousands(totals.bytesElsewhere)} bytes of ${thousands(totals.requestsElsewhere)} requests that reached the other endpoint: ${thousands(totals.canariesElsewhere)}`,
      `calls about nobody that were answered: ${thousands(publicAnswered)}`,
      ...examples,
    ],
    kept:
      totals.canariesElsewhere === 0 &&
      byOther === 0 &&
      unexpected === 0 &&
      // What makes the zero worth something: the tap works, the other endpoint was up and called, and the kill was one.
      totals.canariesInEu >= answered &&
      answered > 0 &&
      refused > 0 &&
      totals.requestsElsewhere > 0,
  };
}

export function accountOfByte({ before, after, restored, file, line, named }: FlippedByte): Account {
  const bad = after.first_bad;
  return {
    title: '3. One flipped bit in the record is found, and the record named',
    lines: [
      `before: ${before.ok ? 'whole' : 'bad'}, ${thousands(before.records)} records`,
      `flipped a bit in ${file}, line ${line}`,
      bad === null ? 'not found' : `BAD: ${bad.file}, line ${bad.line}: ${bad.reason}`,
      `put back: ${restored.ok ? 'whole' : 'bad'}`,
    ],
    kept: before.ok && !after.ok && named && restored.ok,
  };
}

/** Everything, in order. `folder` is empty and takes the data of the gateway. */
export async function demonstrate(
  size: Size,
  seed: string,
  folder: string,
  print: (account: Account) => void,
  note: (text: string) => void,
): Promise<readonly Account[]> {
  const accounts: Account[] = [];
  const add = (account: Account): void => {
    accounts.push(account);
    print(account);
  };
  const told = (done: number): void => note(`${done} bundles\n`);
  add(accountOfDecisions(await decideOnCores(size.bundles, size.requests, seed, told)));
  add(accountOfCalls(await callMany(size.calls, folder)));
  add(accountOfByte(await flipByte(join(folder, '.alidade'), seed)));
  return accounts;
}
