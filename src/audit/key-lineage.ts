import { type Checkpoint, checkpointFault, keyIdOf } from './checkpoint.ts';
import { type KeyRotation, rotationFault } from './key-rotation.ts';

/** A key that signed, and the record up to which it did; `revoked` as in KeyRotation. */
export interface SpentKey {
  key_id: string;
  last_seq: number;
  revoked: boolean;
}

export interface LineageOptions {
  /** Keys that somebody trusts already: the chain must have been signed with each of them at some time. */
  trusted: readonly string[];
  /** Rotations kept beside the chain, each with signatures that hold; they explain keys whose records are gone. */
  listed: readonly KeyRotation[];
}

/**
 * Which key may sign where: the first one met, and from each rotation on the next. A key that is trusted vouches for
 * those after it by handing over to them, and for those before it because its own signatures cover the whole chain.
 */
export class KeyLineage {
  /** The key in force; null before anything was signed. */
  #current: string | null = null;
  #first: string | null = null;
  #spent = new Map<string, SpentKey>();
  #trusted: readonly string[];
  #listed: readonly KeyRotation[];

  constructor({ trusted, listed }: LineageOptions) {
    this.#trusted = trusted;
    this.#listed = listed;
  }

  /** Keys that have handed over, oldest first. */
  get spent(): readonly SpentKey[] {
    return [...this.#spent.values()];
  }

  /** Why a checkpoint in the chain, or one that was kept of it, is not to be believed; null when it is. */
  takeCheckpoint(checkpoint: Checkpoint): string | null {
    const fault = checkpointFault(checkpoint) ?? this.#notInForce(checkpoint.public_key, checkpoint.key_id);
    if (fault === null) this.#begin(checkpoint.public_key);
    return fault;
  }

  /** Takes a rotation that stands in the chain; why it is not to be believed, or null. */
  takeRotation(rotation: KeyRotation): string | null {
    const { public_key, key_id, next_public_key, next_key_id, seq, revoked } = rotation;
    const fault = rotationFault(rotation) ?? this.#notInForce(public_key, key_id);
    if (fault !== null) return fault;
    if (this.#spent.has(next_public_key)) return `It hands over to key ${next_key_id}, which has ended before: forged.`;
    if (revoked && this.#trusted.includes(public_key)) {
      return `It revokes key ${key_id}, the one that the journal is checked with: whoever else holds that key could have written all of this. Check it with the key of its successor.`;
    }
    this.#begin(public_key);
    this.#spent.set(public_key, { key_id, last_seq: seq, revoked });
    this.#current = next_public_key;
    return null;
  }

  /** What only the whole chain shows: whether those who are trusted have signed it. */
  fault(): string | null {
    const first = this.#first;
    if (first === null) return null;
    const before = this.#listedBefore(first);
    const after = this.#listedAfter(this.#current as string);
    if (after.some(({ revoked }) => revoked)) {
      return `Only key ${keyIdOf(this.#current as string)} has signed the end of it, and that key was revoked: it is not to be believed without the records up to the rotation.`;
    }
    const keys = new Set([this.#current, ...this.#spent.keys()]);
    for (const rotation of before) {
      keys.add(rotation.public_key);
      if (rotation.revoked && this.#trusted.includes(rotation.public_key)) {
        return `Key ${rotation.key_id}, the one that the journal is checked with, was revoked. Check it with the key of its successor.`;
      }
    }
    for (const { next_public_key } of after) keys.add(next_public_key);
    const stranger = this.#trusted.find((key) => !keys.has(key));
    if (stranger === undefined) return null;
    return `It is signed with key ${keyIdOf(first)}, not with ${keyIdOf(stranger)}, and no rotation leads from one to the other: a checkpoint by another key.`;
  }

  /** A rotation of the list that stands in none of the records `from` to the end, though it should; null without one. */
  missing(chain: string, from: number): KeyRotation | null {
    const isThere = ({ public_key, seq }: KeyRotation): boolean => this.#spent.get(public_key)?.last_seq === seq;
    return (
      this.#listed.find((rotation) => rotation.chain === chain && rotation.seq + 1 >= from && !isThere(rotation)) ??
      null
    );
  }

  #begin(publicKey: string): void {
    this.#first ??= publicKey;
    this.#current ??= publicKey;
  }

  #notInForce(publicKey: string, keyId: string): string | null {
    if (this.#current === null || publicKey === this.#current) return null;
    const spent = this.#spent.get(publicKey);
    if (spent !== undefined) {
      return `It is signed with key ${keyId}, which was ${spent.revoked ? 'revoked' : 'retired'} by record ${spent.last_seq + 1}.`;
    }
    return `It is signed with key ${keyId}, not with ${keyIdOf(this.#current)}: a checkpoint by another key.`;
  }

  /** Rotations that lead to `key`, from the list. */
  #listedBefore(key: string): KeyRotation[] {
    const path: KeyRotation[] = [];
    for (let at = key; path.length <= this.#listed.length; ) {
      const rotation = this.#listed.find(({ next_public_key }) => next_public_key === at);
      if (rotation === undefined) break;
      path.push(rotation);
      at = rotation.public_key;
    }
    return path;
  }

  /** Rotations that lead on from `key`, from the list: those after the end of a part. */
  #listedAfter(key: string): KeyRotation[] {
    const path: KeyRotation[] = [];
    for (let at = key; path.length <= this.#listed.length; ) {
      const rotation = this.#listed.find(({ public_key }) => public_key === at);
      if (rotation === undefined) break;
      path.push(rotation);
      at = rotation.next_public_key;
    }
    return path;
  }
}
