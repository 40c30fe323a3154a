import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { sampleReceipt } from '../../test/support/receipts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { anchorLine } from './anchor.ts';
import { ChainHead, GENESIS_HASH } from './chain-line.ts';
import { type CheckpointSigner, keyIdOf, PUBLIC_KEY_FILE, rawPublicKey, signCheckpoint } from './checkpoint.ts';
import { exportJournal } from './export-journal.ts';
import { type FileJournal, openJournal } from './journal.ts';
import { systemFiles } from './journal-files.ts';
import { ROTATION_EVENT, ROTATIONS_FILE } from './key-rotation.ts';
import { findLastCheckpoint } from './last-checkpoint.ts';
import { openSignedJournal, signingFault } from './open-signed.ts';
import { listSigningKeys, rotateSigningKey } from './rotate-key.ts';
import { SIGNING_KEY_FILE } from './signing-key.ts';
import type { Verification } from './verify.ts';
import { verifyFolder } from './verify-folder.ts';
import { verificationLines } from './verify-report.ts';

const NOW = Date.parse('2026-11-22T08:00:00.000Z');
const NEXT_KEY_FILE = 'audit-key.next.pem';
let dataDir: string;

const open = (folder = dataDir, segmentBytes = 64 << 20): Promise<FileJournal> =>
  openSignedJournal(folder, { chain: 'ours', now: () => NOW, onProblem: () => undefined, segmentBytes });

function append(journal: FileJournal, records: number): void {
  for (let index = 0; index < records; index += 1) journal.append(sampleReceipt(index));
}

const rotate = (journal: FileJournal, revoked = false, folder = dataDir) =>
  rotateSigningKey(folder, journal, { revoked, actor: 'cli' });

/** Records, a rotation, records; the public keys before and after, in files elsewhere. */
async function rotated(revoked = false): Promise<{ old: string; next: string }> {
  const keys = temporaryFolder();
  const journal = await open();
  copyFileSync(join(dataDir, PUBLIC_KEY_FILE), join(keys, 'old.pem'));
  append(journal, 5);
  await rotate(journal, revoked);
  copyFileSync(join(dataDir, PUBLIC_KEY_FILE), join(keys, 'next.pem'));
  append(journal, 5);
  await journal.close();
  return { old: join(keys, 'old.pem'), next: join(keys, 'next.pem') };
}

const files = (folder = dataDir): string[] =>
  readdirSync(join(folder, 'journal'))
    .sort()
    .map((name) => join(folder, 'journal', name));
const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);
const writeLines = (file: string, lines: readonly string[]): void =>
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
const rotationAt = (lines: readonly string[]): number => lines.findIndex((line) => line.includes(ROTATION_EVENT));

type Stored = Record<string, unknown> & { event?: string; details?: Record<string, unknown> };

/** The lines again with right hashes: what somebody who can write the files can do. `change` sees the chain so far. */
function chainedAnew(lines: readonly string[], change: (record: Stored, head: ChainHead) => object): string[] {
  const head = new ChainHead('ours', 0, GENESIS_HASH);
  const buffer = Buffer.alloc(1 << 16);
  return lines.map((line) => {
    const { chain: _chain, seq: _seq, prev_hash: _prev, hash: _hash, ...record } = JSON.parse(line) as Stored;
    return buffer.toString('utf8', 0, head.seal(buffer, 0, JSON.stringify(change(record, head))) - 1);
  });
}

function signerFrom(pem: string | Buffer): CheckpointSigner {
  const publicKey = rawPublicKey(createPublicKey(pem));
  return {
    keyId: keyIdOf(publicKey),
    publicKey,
    sign: (text) => sign(null, Buffer.from(text), pem).toString('base64'),
  };
}

/** Every checkpoint signed anew over the changed chain by whoever `by` says. */
function signedAnew(lines: readonly string[], by: (seq: number) => CheckpointSigner): string[] {
  return chainedAnew(lines, (record, { seq, hash }) => {
    if (record.event !== 'checkpoint') return record;
    const at = record.at as string;
    const { key_id, public_key, signature } = signCheckpoint({ chain: 'ours', seq, hash, at }, by(seq));
    return { ...record, details: { head_seq: seq, head_hash: hash, key_id, public_key, signature } };
  });
}

const verify = (request: Partial<Parameters<typeof verifyFolder>[0]> = {}): Promise<Verification> =>
  verifyFolder({ folder: dataDir, ...request });

beforeEach(() => {
  dataDir = temporaryFolder();
});

describe('a rotation of the signing key', () => {
  it('hands over on record, signed by both keys, and the next key signs from there on', async () => {
    const journal = await open();
    append(journal, 3);
    const before = journal.keyId;
    const { key_id, previous } = await rotate(journal);
    expect(previous).toMatchObject({ key_id: before, state: 'retired' });
    expect(journal.keyId).toBe(key_id);
    await journal.close();
    const lines = linesOf(files()[0]!);
    const at = rotationAt(lines);
    expect(JSON.parse(lines[at]!)).toMatchObject({
      actor: 'cli',
      seq: at + 1,
      details: { head_seq: at, key_id: before, next_key_id: key_id, revoked: false },
    });
    expect(JSON.parse(lines[at + 1]!)).toMatchObject({ event: 'checkpoint', details: { head_seq: at + 1, key_id } });
    const result = await verify();
    expect(result).toMatchObject({ ok: true, checkpoints: { key_id } });
    expect(result.spent_keys).toEqual([{ key_id: before, last_seq: at, revoked: false }]);
    expect(verificationLines(result).join('\n')).toContain(`by 2 keys, now key ${key_id}`);
    expect(verificationLines(result).join('\n')).toContain(`key ${before} ended with record ${at}`);
  });

  it('leaves the new private key alone in the folder, readable by its owner, and lists every public one', async () => {
    const { old } = await rotated();
    const kept = readFileSync(join(dataDir, SIGNING_KEY_FILE), 'utf8');
    const current = signerFrom(kept);
    expect(existsSync(join(dataDir, NEXT_KEY_FILE))).toBe(false);
    expect(readdirSync(dataDir).filter((name) => name.endsWith('.pem') && !name.includes('.pub'))).toEqual([
      SIGNING_KEY_FILE,
    ]);
    const keys = listSigningKeys(dataDir);
    expect(keys.map(({ key_id, state }) => [key_id, state])).toEqual([
      [keyIdOf(rawPublicKey(createPublicKey(readFileSync(old)))), 'retired'],
      [current.keyId, 'current'],
    ]);
    expect(readFileSync(join(dataDir, ROTATIONS_FILE), 'utf8')).not.toContain('PRIVATE');
  });

  it('is verified with the key before it, the key after it, and the one beside the journal; three in a row as well', async () => {
    const first = temporaryFolder();
    let journal = await open();
    copyFileSync(join(dataDir, PUBLIC_KEY_FILE), join(first, 'first.pem'));
    for (const revoked of [false, false, true]) {
      append(journal, 2);
      await rotate(journal, revoked);
      await journal.close();
      journal = await open();
    }
    await journal.close();
    for (const publicKeyFile of [join(first, 'first.pem'), join(dataDir, PUBLIC_KEY_FILE), undefined]) {
      const result = await verify({ publicKeyFile });
      expect(result).toMatchObject({ ok: true });
      expect(result.spent_keys.map(({ revoked }) => revoked)).toEqual([false, false, true]);
    }
    expect(listSigningKeys(dataDir).map(({ state }) => state)).toEqual(['retired', 'retired', 'revoked', 'current']);
  });

  it('is found out of a part that was exported from after it, and of a journal whose beginning retention took', async () => {
    const { old, next } = await rotated();
    const lines = linesOf(files()[0]!);
    const target = join(temporaryFolder(), 'out');
    await exportJournal(dataDir, target, { fromSeq: rotationAt(lines) + 4 });
    for (const publicKeyFile of [old, next, undefined]) {
      const result = await verify({ folder: target, publicKeyFile });
      expect(result).toMatchObject({ ok: true });
      expect(result.begins_with).toBeGreaterThan(1);
    }
    const before = join(temporaryFolder(), 'before');
    await exportJournal(dataDir, before, { toSeq: 3 });
    for (const publicKeyFile of [old, next])
      expect(await verify({ folder: before, publicKeyFile })).toMatchObject({ ok: true });
    rmSync(join(target, ROTATIONS_FILE));
    expect((await verify({ folder: target, publicKeyFile: old })).first_bad?.reason).toContain('no rotation leads');
  });

  it('is refused while another has not ended, and where the record cannot be written; the old key signs on', async () => {
    const journal = await open();
    const before = journal.keyId;
    const [one, two] = await Promise.allSettled([rotate(journal), rotate(journal)]);
    expect(one.status).toBe('fulfilled');
    expect(two).toMatchObject({ status: 'rejected', reason: { code: 'journal_unavailable' } });
    expect(journal.keyId).not.toBe(before);
    await journal.close();
    await expect(rotate(journal)).rejects.toMatchObject({ code: 'journal_unavailable' });
    expect(existsSync(join(dataDir, NEXT_KEY_FILE))).toBe(false);
    await (await open()).close();
    expect(await verify()).toMatchObject({ ok: true });
  });

  it('that the disk did not take for certain leaves both keys, and the next start goes by the record', async () => {
    const journal = await open();
    append(journal, 2);
    await journal.close();
    let failing = false;
    const signer = signerFrom(readFileSync(join(dataDir, SIGNING_KEY_FILE)));
    const unsure = await openJournal({
      directory: join(dataDir, 'journal'),
      now: () => NOW,
      onProblem: () => undefined,
      signer,
      files: {
        ...systemFiles,
        sync: (fd, done) => (failing ? done(new Error('the disk is gone')) : systemFiles.sync(fd, done)),
      },
    });
    failing = true;
    await expect(rotate(unsure)).rejects.toMatchObject({ code: 'journal_unavailable' });
    expect(existsSync(join(dataDir, NEXT_KEY_FILE))).toBe(true);
    await expect(rotate(unsure)).rejects.toThrow('a restart ends it');
    failing = false;
    await unsure.close();
    expect(await signingFault(dataDir)).toBeNull();
    const again = await open();
    expect(again.keyId).not.toBe(signer.keyId);
    await again.close();
    expect(existsSync(join(dataDir, NEXT_KEY_FILE))).toBe(false);
    expect(await verify()).toMatchObject({ ok: true });
    expect(listSigningKeys(dataDir).map(({ state }) => state)).toEqual(['retired', 'current']);
  });
});

describe('verification behind a rotation', () => {
  it('refuses a checkpoint by the key that was retired, in the record where it is', async () => {
    const journal = await open();
    append(journal, 3);
    const old = signerFrom(readFileSync(join(dataDir, SIGNING_KEY_FILE)));
    await rotate(journal);
    append(journal, 3);
    await journal.close();
    const next = signerFrom(readFileSync(join(dataDir, SIGNING_KEY_FILE)));
    const file = files()[0]!;
    const lines = linesOf(file);
    const at = rotationAt(lines);
    writeLines(
      file,
      signedAnew(lines, (seq) => (seq > at + 1 || seq <= at ? old : next)),
    );
    const { first_bad } = await verify();
    expect(first_bad).toMatchObject({
      seq: lines.length,
      reason: expect.stringContaining(`retired by record ${at + 1}`),
    });
  });

  it('refuses a checkpoint by an unknown key, and a rotation to a key that the old one did not name', async () => {
    await rotated();
    const stranger = signerFrom(
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    );
    const next = signerFrom(readFileSync(join(dataDir, SIGNING_KEY_FILE)));
    const file = files()[0]!;
    const lines = linesOf(file);
    const at = rotationAt(lines);
    writeLines(file, [...lines.slice(0, -1), signedAnew(lines, () => stranger).at(-1) as string]);
    expect((await verify()).first_bad).toMatchObject({ seq: lines.length });
    // Everything chained anew, with the rotation's successor swapped for a key of the forger's.
    const forged = chainedAnew(lines, (record) =>
      record.event === ROTATION_EVENT
        ? {
            ...record,
            details: { ...record.details, next_key_id: stranger.keyId, next_public_key: stranger.publicKey },
          }
        : record,
    );
    writeLines(file, forged);
    expect((await verify()).first_bad).toMatchObject({ seq: at + 1, reason: expect.stringContaining('does not hold') });
    for (const change of [{ revoked: true }, { head_seq: at - 1 }, { next_signature: '' }, { signature: 7 }]) {
      writeLines(
        file,
        chainedAnew(lines, (record) =>
          record.event === ROTATION_EVENT ? { ...record, details: { ...record.details, ...change } } : record,
        ),
      );
      expect((await verify()).first_bad, JSON.stringify(change)).toMatchObject({ seq: at + 1 });
    }
    expect(next.keyId).not.toBe(stranger.keyId);
  });

  it('finds a journal cut off before a rotation that is listed, without any anchor', async () => {
    const { old } = await rotated();
    const file = files()[0]!;
    writeLines(file, linesOf(file).slice(0, 4));
    for (const publicKeyFile of [old, undefined]) {
      const { ok, first_bad } = await verify({ publicKeyFile });
      expect({ ok, reason: first_bad?.reason }).toEqual({ ok: false, reason: expect.stringContaining('cut off') });
    }
    rmSync(join(dataDir, ROTATIONS_FILE));
    expect((await verify()).first_bad?.reason).toContain('no rotation leads');
  });

  it('refuses to go by a key that was revoked, and goes by its successor', async () => {
    const { old, next } = await rotated(true);
    const lines = linesOf(files()[0]!);
    expect(await verify({ publicKeyFile: next })).toMatchObject({ ok: true });
    expect((await verify({ publicKeyFile: old })).first_bad).toMatchObject({
      seq: rotationAt(lines) + 1,
      reason: expect.stringContaining('revokes key'),
    });
    // What only the revoked key has signed is not believed either.
    const target = join(temporaryFolder(), 'out');
    await exportJournal(dataDir, target, { toSeq: 2 });
    const part = linesOf(files(target)[0]!);
    writeLines(files(target)[0]!, part.slice(0, 2));
    expect((await verify({ folder: target, publicKeyFile: next })).first_bad?.reason).toContain('was revoked');
  });

  it('holds an anchor against the key that was in force at its place', async () => {
    const journal = await open();
    append(journal, 3);
    journal.checkpoint();
    await journal.flush();
    const old = signerFrom(readFileSync(join(dataDir, SIGNING_KEY_FILE)));
    const early = (await findLastCheckpoint(join(dataDir, 'journal')))!.checkpoint;
    await rotate(journal);
    append(journal, 3);
    await journal.close();
    const late = (await findLastCheckpoint(join(dataDir, 'journal')))!.checkpoint;
    const path = join(temporaryFolder(), 'anchors.jsonl');
    writeFileSync(path, `${anchorLine(early)}\n${anchorLine(late)}\n`);
    expect(await verify({ anchorFiles: [path] })).toMatchObject({ ok: true, anchors: { met: 2 } });
    const { chain, seq, hash, at } = late;
    writeFileSync(path, `${anchorLine(signCheckpoint({ chain, seq, hash, at }, old))}\n`);
    expect((await verify({ anchorFiles: [path] })).first_bad).toMatchObject({
      seq,
      reason: expect.stringContaining('retired by record'),
    });
  });

  it('refuses a damaged or forged list of rotations with the place, and the rotation behind it too', async () => {
    await rotated();
    const path = join(dataDir, ROTATIONS_FILE);
    const text = readFileSync(path, 'utf8');
    for (const bad of ['nonsense\n', '{}\n', text.replace('"revoked":false', '"revoked":true')]) {
      writeFileSync(path, text + bad);
      await expect(verify()).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('line 2'),
      });
      const journal = await open();
      await expect(rotate(journal)).rejects.toMatchObject({ code: 'config_invalid' });
      await journal.close();
      expect(existsSync(join(dataDir, NEXT_KEY_FILE))).toBe(false);
    }
  });
});

describe('a start behind a rotation', () => {
  it('with the key that was retired is refused with the record, and nothing is touched', async () => {
    const journal = await open();
    append(journal, 2);
    const old = readFileSync(join(dataDir, SIGNING_KEY_FILE));
    await rotate(journal);
    await journal.close();
    const contents = (): string => readFileSync(files()[0]!, 'latin1');
    const before = contents();
    writeFileSync(join(dataDir, SIGNING_KEY_FILE), old);
    await expect(open()).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('is not the key that signed the journal'),
    });
    expect(contents()).toBe(before);
  });

  it('ends a rotation that a crash cut off at any step, and loses none', async () => {
    const journal = await open();
    append(journal, 2);
    await journal.flush();
    const before = temporaryFolder();
    cpSync(dataDir, before, { recursive: true });
    await rotate(journal);
    append(journal, 1);
    await journal.close();
    const lines = linesOf(files()[0]!);
    const at = rotationAt(lines);
    const nextKey = readFileSync(join(dataDir, SIGNING_KEY_FILE));
    // What lay on the disk: `kept` lines of the journal, the next key, and perhaps the list already.
    for (const kept of [at, at + 1, at + 2]) {
      for (const listed of kept > at ? [false, true] : [false]) {
        const folder = temporaryFolder();
        cpSync(before, folder, { recursive: true });
        mkdirSync(join(folder, 'journal'), { recursive: true });
        writeLines(files(folder)[0]!, lines.slice(0, kept));
        writeFileSync(join(folder, NEXT_KEY_FILE), nextKey, { mode: 0o600 });
        if (listed) copyFileSync(join(dataDir, ROTATIONS_FILE), join(folder, ROTATIONS_FILE));
        expect(await signingFault(folder)).toBeNull();
        const again = await open(folder);
        const isNext = again.keyId === signerFrom(nextKey).keyId;
        expect(isNext).toBe(kept > at);
        append(again, 1);
        await again.close();
        expect(existsSync(join(folder, NEXT_KEY_FILE))).toBe(false);
        expect(await verifyFolder({ folder })).toMatchObject({ ok: true });
        expect(listSigningKeys(folder)).toHaveLength(isNext ? 2 : 1);
      }
    }
  });
});
