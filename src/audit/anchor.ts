import { type Checkpoint, checkpointFault } from './checkpoint.ts';

/**
 * A place in a chain that somebody kept elsewhere. Mostly a signed checkpoint; `chain`, `seq` and `hash` alone will do,
 * since the file that holds them is trusted already.
 */
export interface Anchor {
  chain: string;
  seq: number;
  hash: string;
  /** As in Checkpoint; absent from what was noted by hand. */
  signed: Checkpoint | null;
}

const FIELDS = ['chain', 'hash', 'at', 'key_id', 'public_key', 'signature'] as const;

/** One line of an anchor file, without its line feed. */
export const anchorLine = (checkpoint: Checkpoint): string => JSON.stringify({ alidade_anchor: 1, ...checkpoint });

function readAnchor(line: string, place: string): Anchor {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line) as Record<string, unknown>;
  } catch {
    throw new Error(`${place} is no JSON.`);
  }
  const { chain, seq, hash, signature } = value ?? {};
  if (typeof chain !== 'string' || typeof hash !== 'string' || !Number.isSafeInteger(seq)) {
    throw new Error(`${place} is no anchor: it needs chain, seq and hash.`);
  }
  const anchor = { chain, seq: seq as number, hash };
  if (signature === undefined) return { ...anchor, signed: null };
  if (FIELDS.some((field) => typeof value[field] !== 'string')) throw new Error(`${place} is no whole anchor.`);
  return { ...anchor, signed: value as unknown as Checkpoint };
}

/**
 * The anchors of a file, one JSON object a line. Signatures of signed ones must hold; whether the key was in force at
 * that place is for the chain to say.
 * @throws Error naming file and line
 */
export function readAnchors(text: string, file: string): Anchor[] {
  const anchors = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = `${file}, line ${index + 1},`;
    const anchor = readAnchor(line, place);
    const fault = anchor.signed === null ? null : checkpointFault(anchor.signed);
    if (fault !== null) throw new Error(`${place} cannot be believed. ${fault}`);
    return [anchor];
  });
  if (anchors.length === 0) throw new Error(`${file} holds no anchor.`);
  return anchors;
}
