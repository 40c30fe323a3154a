import type { Verification } from './verify.ts';

const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

function signatures({ checkpoints, spent_keys, head }: Verification): string {
  const { count, key_id, covered } = checkpoints;
  if (count === 0) return 'unsigned: no checkpoint; whoever can write the files could have written all of them anew';
  const rest = (head?.seq ?? 0) - covered;
  return `signed: ${thousands(count)} checkpoints by ${spent_keys.length === 0 ? '' : `${spent_keys.length + 1} keys, now `}key ${key_id}, the last over record ${covered}; ${thousands(rest)} after it`;
}

const endedKeys = ({ spent_keys }: Verification): string[] =>
  spent_keys.map(
    ({ key_id, last_seq, revoked }) =>
      `handed over: key ${key_id} ${revoked ? 'was revoked' : 'ended'} with record ${thousands(last_seq)}`,
  );

function anchored({ anchors }: Verification): string[] {
  const { met, older } = anchors;
  if (met + older === 0) return [];
  return [`anchored: ${met} met${older === 0 ? '' : `, ${older} about records before these`}`];
}

/** The verdict in words, a line each. */
export function verificationLines(result: Verification): string[] {
  const { records, first_bad, head } = result;
  if (first_bad !== null) {
    return [
      `BAD: ${first_bad.file}, line ${first_bad.line}: ${first_bad.reason}`,
      `${thousands(records)} records before it are whole.`,
    ];
  }
  return [
    // Whoever keeps this line elsewhere can later see that nothing was cut off.
    `ok: ${thousands(records)} records, chain ${head?.chain}, last seq ${head?.seq}, hash ${head?.hash}`,
    ...(result.begins_with === null ? [] : [`a part: what came before record ${result.begins_with} is not here`]),
    signatures(result),
    ...endedKeys(result),
    ...anchored(result),
  ];
}
