import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { sampleIntent, sampleReceipt } from '../../test/support/receipts.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { anchorLine } from './anchor.ts';
import { ChainHead, GENESIS_HASH } from './chain-line.ts';
import { PUBLIC_KEY_FILE } from './checkpoint.ts';
import { findLastCheckpoint } from './last-checkpoint.ts';
import { openSignedJournal } from './open-signed.ts';
import { SIGNING_KEY_FILE } from './signing-key.ts';
import { verifyFolder } from './verify-folder.ts';

const NOW = Date.parse('2026-11-22T08:00:00.000Z');
let dataDir: string;

const options = (segmentBytes: number) => ({ chain: 'ours', now: () => NOW, onProblem: () => undefined, segmentBytes });

/** Appends receipts and intents in turn. */
async function write(folder: string, records: number, segmentBytes = 64 << 20): Promise<void> {
  const journal = await openSignedJournal(folder, options(segmentBytes));
  for (let index = 0; index < records; index += 1) {
    journal.append(index % 2 === 0 ? sampleIntent(index) : sampleReceipt(index));
  }
  await journal.close();
}

const files = (folder = dataDir): string[] =>
  readdirSync(join(folder, 'journal'))
    .sort()
    .map((name) => join(folder, 'journal', name));

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);
const writeLines = (file: string, lines: readonly string[]): void =>
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));

/** The lines again with right hashes throughout: what somebody who can write the files but has no key can do. */
function chainedAnew(lines: readonly string[], change: (record: Record<string, unknown>) => unknown): string[] {
  const head = new ChainHead('ours', 0, GENESIS_HASH);
  const buffer = Buffer.alloc(1 << 16);
  return lines.map((line) => {
    const { chain: _chain, seq: _seq, prev_hash: _prev, hash: _hash, ...record } = JSON.parse(line);
    return buffer.toString('utf8', 0, head.seal(buffer, 0, JSON.stringify(change(record))) - 1);
  });
}

async function anchorFile(): Promise<string> {
  const found = await findLastCheckpoint(join(dataDir, 'journal'));
  const path = join(temporaryFolder(), 'anchors.jsonl');
  writeFileSync(path, `${anchorLine(found!.checkpoint)}\n`);
  return path;
}

const isCheckpoint = (line: string): boolean => line.includes('"event":"checkpoint"');

beforeEach(() => {
  dataDir = temporaryFolder();
});

describe('a signed journal', () => {
  it('verifies against the public key beside it, and every record but the last checkpoint is covered', async () => {
    await write(dataDir, 20);
    const result = await verifyFolder({ folder: dataDir });
    expect(result).toMatchObject({ ok: true, first_bad: null });
    expect(result.checkpoints).toMatchObject({ count: 2, covered: result.records - 1 });
    expect(statSync(join(dataDir, SIGNING_KEY_FILE)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dataDir, PUBLIC_KEY_FILE), 'utf8')).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  });

  it('signs after a thousand records, at the beginning of each file, at the start and at the end', async () => {
    await write(dataDir, 2_500);
    const signed = linesOf(files()[0]!).flatMap((line, index) => (isCheckpoint(line) ? [index + 1] : []));
    expect(signed).toEqual([2, 1_003, 2_004, 2_506]);
    const other = temporaryFolder();
    await write(other, 60, 20_000);
    expect(files(other).length).toBeGreaterThan(3);
    for (const file of files(other).slice(1)) expect(linesOf(file)[0]).toContain('"event":"checkpoint"');
    expect(await verifyFolder({ folder: other })).toMatchObject({ ok: true });
  });

  it('signs nothing twice while nothing happens', async () => {
    const journal = await openSignedJournal(dataDir, options(1 << 20));
    for (let again = 0; again < 3; again += 1) journal.checkpoint();
    await journal.flush();
    expect(linesOf(files()[0]!).filter(isCheckpoint)).toHaveLength(1);
    await journal.close();
  });

  it('goes on after a restart with the key it began with', async () => {
    await write(dataDir, 3);
    const { checkpoints } = await verifyFolder({ folder: dataDir });
    await write(dataDir, 3);
    const later = await verifyFolder({ folder: dataDir });
    expect(later).toMatchObject({ ok: true, checkpoints: { count: 4, key_id: checkpoints.key_id } });
  });
});

describe('verification', () => {
  it('finds a journal written anew with right hashes, at its first checkpoint', async () => {
    await write(dataDir, 20);
    const file = files()[0]!;
    const lines = linesOf(file);
    const forged = chainedAnew(lines, (record) => (record.kind === 'receipt' ? { ...record, cost_usd: 0 } : record));
    writeLines(file, forged);
    const { ok, first_bad } = await verifyFolder({ folder: dataDir });
    expect(ok).toBe(false);
    expect(first_bad?.reason).toMatch(/another place of the chain|signature does not hold/);
    expect(first_bad?.seq).toBe(lines.length);
  });

  it('finds a journal written anew without any checkpoint', async () => {
    await write(dataDir, 20);
    const file = files()[0]!;
    writeLines(
      file,
      chainedAnew(
        linesOf(file).filter((line) => !isCheckpoint(line)),
        (record) => record,
      ),
    );
    expect((await verifyFolder({ folder: dataDir })).first_bad?.reason).toContain('No checkpoint is signed');
  });

  it('finds a checkpoint whose signature, key id, time or place was changed', async () => {
    await write(dataDir, 4);
    const file = files()[0]!;
    const lines = linesOf(file);
    const changes: Record<string, (details: Record<string, unknown>) => object> = {
      signature: (details) => ({ details: { ...details, signature: `AAAA${String(details.signature).slice(4)}` } }),
      'key id': (details) => ({ details: { ...details, key_id: '0123456789abcdef' } }),
      place: (details) => ({ details: { ...details, head_seq: 3 } }),
      time: () => ({ at: '2026-11-22T07:59:59.000Z' }),
      form: () => ({ details: {} }),
    };
    for (const [what, change] of Object.entries(changes)) {
      const last = lines.length - 1;
      const forged = chainedAnew(lines, (record) =>
        record.event === 'checkpoint' && (record.details as { head_seq: number }).head_seq === last
          ? { ...record, ...change(record.details as Record<string, unknown>) }
          : record,
      );
      writeLines(file, forged);
      const { first_bad } = await verifyFolder({ folder: dataDir });
      expect(first_bad, what).toMatchObject({ line: lines.length, seq: lines.length });
    }
  });

  it('finds an event that is no JSON, whatever its hashes say', async () => {
    await write(dataDir, 4);
    const file = files()[0]!;
    const lines = linesOf(file).slice(0, 3);
    const last = JSON.parse(lines[2]!) as { hash: string };
    for (const text of ['{"kind":"event","event":"checkpoint",}', '{"kind":"event" checkpoint "checkpoint"}']) {
      const buffer = Buffer.alloc(4_096);
      const end = new ChainHead('ours', 3, last.hash).seal(buffer, 0, text);
      writeLines(file, [...lines, buffer.toString('utf8', 0, end - 1)]);
      const { first_bad } = await verifyFolder({ folder: dataDir });
      expect(first_bad).toMatchObject({ line: 4, seq: 4, reason: expect.stringContaining('no JSON') });
    }
  });

  it('finds a checkpoint by another key, in the record where it is', async () => {
    const other = temporaryFolder();
    await write(other, 4);
    await write(dataDir, 4);
    // The whole journal is another's, with a public key of ours beside it.
    writeFileSync(files()[0]!, readFileSync(files(other)[0]!));
    const { first_bad } = await verifyFolder({ folder: dataDir });
    expect(first_bad).toMatchObject({ line: 2, seq: 2, reason: expect.stringContaining('another key') });
    const publicKeyFile = join(other, PUBLIC_KEY_FILE);
    expect(await verifyFolder({ folder: dataDir, publicKeyFile })).toMatchObject({ ok: true });
  });

  it('finds a tail that was cut off by an anchor that names a record in it', async () => {
    await write(dataDir, 20);
    const anchor = await anchorFile();
    const file = files()[0]!;
    const lines = linesOf(file);
    expect(await verifyFolder({ folder: dataDir, anchorFiles: [anchor] })).toMatchObject({
      ok: true,
      anchors: { met: 1 },
    });
    for (const kept of [lines.length - 2, 5, 3]) {
      writeLines(file, lines.slice(0, kept));
      expect(await verifyFolder({ folder: dataDir })).toMatchObject({ ok: true });
      const cut = await verifyFolder({ folder: dataDir, anchorFiles: [anchor] });
      expect(cut).toMatchObject({ ok: false, records: kept });
      expect(cut.first_bad).toMatchObject({
        line: kept + 1,
        seq: kept + 1,
        reason: expect.stringContaining('cut off'),
      });
    }
  });

  it('finds by an anchor what whoever holds the key has written anew', async () => {
    await write(dataDir, 20);
    const anchor = await anchorFile();
    rmSync(join(dataDir, 'journal'), { recursive: true });
    await write(dataDir, 21);
    expect(await verifyFolder({ folder: dataDir })).toMatchObject({ ok: true });
    const { first_bad } = await verifyFolder({ folder: dataDir, anchorFiles: [anchor] });
    expect(first_bad?.reason).toContain('written anew');
  });

  it('refuses an anchor of another journal, and a file that is no anchor, by name', async () => {
    await write(dataDir, 4);
    const note = join(temporaryFolder(), 'note.jsonl');
    writeFileSync(note, `${JSON.stringify({ chain: 'theirs', seq: 2, hash: 'ab'.repeat(32) })}\n`);
    const { first_bad } = await verifyFolder({ folder: dataDir, anchorFiles: [note] });
    expect(first_bad?.reason).toContain('another journal');
    const anchor = await anchorFile();
    const forged = readFileSync(anchor, 'utf8').replace(/"seq":\d+/, '"seq":999');
    for (const text of ['', 'nonsense\n', '{"chain":"ours"}\n', forged]) {
      writeFileSync(note, text);
      await expect(verifyFolder({ folder: dataDir, anchorFiles: [note] })).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('note.jsonl'),
      });
    }
  });
});

describe('a start', () => {
  const start = () => openSignedJournal(dataDir, options(1 << 20));
  const contents = (): string =>
    files()
      .map((file) => readFileSync(file, 'latin1'))
      .join('');

  async function refused(place: string): Promise<void> {
    const before = [contents(), readFileSync(join(dataDir, PUBLIC_KEY_FILE), 'utf8')];
    await expect(start()).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining(place) });
    expect([contents(), readFileSync(join(dataDir, PUBLIC_KEY_FILE), 'utf8')]).toEqual(before);
  }

  it('with another key is refused with the record that says so, and nothing is touched', async () => {
    await write(dataDir, 4);
    const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    const kept = readFileSync(join(dataDir, SIGNING_KEY_FILE));
    writeFileSync(join(dataDir, SIGNING_KEY_FILE), other);
    await refused('is not the key that signed the journal');
    await refused('record 8 of 000001-ours.jsonl');
    writeFileSync(join(dataDir, SIGNING_KEY_FILE), kept);
    await (await start()).close();
    expect(await verifyFolder({ folder: dataDir })).toMatchObject({ ok: true });
  });

  it('with a damaged key file, or without it, is refused with the place, and makes no other key', async () => {
    await write(dataDir, 4);
    const path = join(dataDir, SIGNING_KEY_FILE);
    const pem = readFileSync(path, 'utf8');
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    for (const text of ['', pem.slice(0, 60), pem.replace(/.{20}\n-----END/, '\n-----END'), rsa]) {
      writeFileSync(path, text);
      await refused(SIGNING_KEY_FILE);
    }
    rmSync(path);
    await refused('is missing');
    expect(readdirSync(dataDir)).not.toContain(SIGNING_KEY_FILE);
  });

  it('never quotes a damaged key', async () => {
    await write(dataDir, 1);
    const path = join(dataDir, SIGNING_KEY_FILE);
    writeFileSync(path, readFileSync(path, 'utf8').replace('-----END', 'x-----END'));
    const secret = readFileSync(path, 'utf8').split('\n')[1]!;
    const error = await start().catch((caught: Error) => caught);
    expect(JSON.stringify([String(error), (error as Error).cause ?? null])).not.toContain(secret.slice(8, 30));
  });

  it('says when others than the owner may read the key', async () => {
    await write(dataDir, 1);
    chmodSync(join(dataDir, SIGNING_KEY_FILE), 0o640);
    const problems: string[] = [];
    const journal = await openSignedJournal(dataDir, {
      ...options(1 << 20),
      onProblem: (problem) => problems.push(problem),
    });
    await journal.close();
    expect(problems).toEqual([expect.stringContaining('chmod 600')]);
  });

  it('finds the newest checkpoint behind many records, and in an earlier file', async () => {
    await write(dataDir, 900);
    const file = files()[0]!;
    const lines = linesOf(file);
    // As after a kill -9: the closing checkpoint never came.
    writeLines(file, lines.slice(0, -2));
    const found = await findLastCheckpoint(join(dataDir, 'journal'));
    expect(found).toMatchObject({ file: '000001-ours.jsonl', checkpoint: { seq: 1 } });
    writeLines(file, lines.slice(0, 2));
    writeLines(join(dataDir, 'journal', '000002-ours.jsonl'), lines.slice(2, 200));
    expect(await findLastCheckpoint(join(dataDir, 'journal'))).toEqual(found);
  });
});
