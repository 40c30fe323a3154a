import { type FileHandle, open } from 'node:fs/promises';

/**
 * Keys of bodies, one slot of fixed length each, so that a key can be destroyed where it lies:
 *
 *     <request id, padded> <80 characters of base64, or as many dashes once it is destroyed>\n
 */
const ID_CHARACTERS = 48;
const KEY_CHARACTERS = 80;
const SLOT_BYTES = ID_CHARACTERS + 1 + KEY_CHARACTERS + 1;
const DESTROYED = '-'.repeat(KEY_CHARACTERS);
/** Slots that are read at once. */
const SLOTS_AT_ONCE = 512;

export interface KeySlot {
  requestId: string;
  /** Wrapped; null once it is destroyed. */
  wrapped: Buffer | null;
  /** Of the key's characters in the file. */
  offset: number;
}

function readSlot(bytes: Buffer, at: number, offset: number): KeySlot {
  const text = bytes.toString('latin1', at, at + SLOT_BYTES - 1);
  const key = text.slice(ID_CHARACTERS + 1);
  return {
    requestId: text.slice(0, ID_CHARACTERS).trimEnd(),
    wrapped: key === DESTROYED ? null : Buffer.from(key, 'base64'),
    offset: offset + ID_CHARACTERS + 1,
  };
}

async function openIfThere(path: string, flags: string): Promise<FileHandle | null> {
  return open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Slots from the newest on. */
async function* slotsOf(file: FileHandle): AsyncGenerator<KeySlot> {
  const { size } = await file.stat();
  let end = size - (size % SLOT_BYTES);
  while (end > 0) {
    const start = Math.max(0, end - SLOTS_AT_ONCE * SLOT_BYTES);
    const bytes = Buffer.alloc(end - start);
    await file.read(bytes, 0, bytes.length, start);
    for (let at = bytes.length - SLOT_BYTES; at >= 0; at -= SLOT_BYTES) yield readSlot(bytes, at, start + at);
    end = start;
  }
}

/** Slots from the oldest on; none where the file is not there. */
export async function* slotsInOrder(path: string): AsyncGenerator<KeySlot> {
  const file = await openIfThere(path, 'r');
  if (file === null) return;
  try {
    const bytes = Buffer.alloc(SLOTS_AT_ONCE * SLOT_BYTES);
    for (let start = 0; ; ) {
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      const whole = bytesRead - (bytesRead % SLOT_BYTES);
      for (let at = 0; at < whole; at += SLOT_BYTES) yield readSlot(bytes, at, start + at);
      if (whole === 0) return;
      start += whole;
    }
  } finally {
    await file.close();
  }
}

/** The slot that lies where another was read before; null where it is gone. */
export async function slotAt(path: string, { requestId, offset }: KeySlot): Promise<KeySlot | null> {
  const file = await openIfThere(path, 'r');
  if (file === null) return null;
  try {
    const start = offset - ID_CHARACTERS - 1;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SLOT_BYTES), 0, SLOT_BYTES, start);
    const slot = bytesRead === SLOT_BYTES ? readSlot(buffer, 0, start) : null;
    return slot?.requestId === requestId ? slot : null;
  } finally {
    await file.close();
  }
}

/** The newest slot that `matches`; null when the file is not there or holds none. */
export async function findSlot(path: string, matches: (slot: KeySlot) => boolean): Promise<KeySlot | null> {
  const file = await openIfThere(path, 'r');
  if (file === null) return null;
  try {
    for await (const slot of slotsOf(file)) if (matches(slot)) return slot;
    return null;
  } finally {
    await file.close();
  }
}

/** @throws Error when the disk does not take it, or the id is longer than any of ours */
export async function addSlot(path: string, requestId: string, wrapped: Buffer): Promise<void> {
  const line = `${requestId.padEnd(ID_CHARACTERS)} ${wrapped.toString('base64')}\n`;
  if (line.length !== SLOT_BYTES) throw new Error(`${requestId} does not fit into ${path}.`);
  const file = await open(path, 'a', 0o600);
  try {
    // A crash may have left half a slot, which would move all that come after it.
    const { size } = await file.stat();
    if (size % SLOT_BYTES !== 0) await file.truncate(size - (size % SLOT_BYTES));
    await file.write(line);
  } finally {
    await file.close();
  }
}

/** Overwrites a key where it lies and waits for the disk. False: it was destroyed before; null: there is none. */
export async function destroyKey(path: string, requestId: string): Promise<boolean | null> {
  const file = await openIfThere(path, 'r+');
  if (file === null) return null;
  try {
    let destroyed: boolean | null = null;
    for await (const slot of slotsOf(file)) {
      if (slot.requestId !== requestId) continue;
      destroyed ??= false;
      if (slot.wrapped === null) continue;
      await file.write(DESTROYED, slot.offset, 'latin1');
      destroyed = true;
    }
    if (destroyed === true) await file.datasync();
    return destroyed;
  } finally {
    await file.close();
  }
}
