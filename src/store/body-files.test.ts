import { createHmac } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import type { KeptBody } from '../contracts/body-log.ts';
import { createIds } from '../lib/ids.ts';
import { isoTime } from '../lib/iso-time.ts';
import { type BodyFiles, openBodyFiles } from './body-files.ts';
import { findSlot } from './body-key-file.ts';
import { MASTER_KEY_FILE } from './body-master-key.ts';
import { newKey } from './body-seal.ts';

const NOW = Date.parse('2026-11-21T23:59:59.999Z');
const SECRET = 'the very special text';
let dataDir: string;
let directory: string;
const problems: string[] = [];

beforeEach(() => {
  dataDir = temporaryFolder();
  directory = join(dataDir, 'bodies');
  problems.length = 0;
});

const open = (): Promise<BodyFiles> =>
  openBodyFiles({ dataDir, retentionDays: 30, now: () => NOW, onProblem: (problem) => problems.push(problem) });

const newId = createIds('req_', { nowMs: () => NOW });

const record = (id: string, at = NOW) => ({
  request_id: id,
  at: isoTime(at),
  use_case: 'hr',
  request: `{"messages":"é\n${SECRET}"}`,
  answer: '{}',
  truncated: false,
});

/** Keeps bodies and lets them reach the disk. */
async function keep(...ids: string[]): Promise<BodyFiles> {
  const bodies = await open();
  for (const id of ids) bodies.append(record(id));
  await bodies.close();
  return bodies;
}

const onDisk = (): string =>
  readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'latin1'))
    .join('');

describe('bodies', () => {
  test('are found by their request id, also by the next process and over midnight', async () => {
    const [first, second] = [newId(), newId()];
    const bodies = await open();
    const commitment = bodies.append(record(first));
    bodies.append(record(second, NOW + 2));
    expect(await bodies.find(first)).toEqual({ ...record(first), commitment });
    await bodies.close();
    expect(await (await open()).find(second)).toMatchObject(record(second, NOW + 2));
    expect(await (await open()).find(newId())).toBeNull();
    expect(await (await open()).find('../../etc/passwd')).toBeNull();
    expect(problems).toEqual([]);
  });

  test('are readable by their owner alone, encrypted, and nothing is made before there is something to keep', async () => {
    await (await open()).close();
    expect(readdirSync(dataDir)).toEqual([]);
    await keep(newId());
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of ['2026-11-21.jsonl', '2026-11-21.keys']) {
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(join(dataDir, MASTER_KEY_FILE)).mode & 0o777).toBe(0o600);
    expect(onDisk()).not.toContain('special');
    expect(onDisk()).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 20));
  });

  test('of days older than the retention are deleted with their keys, other files are not', async () => {
    await keep(newId());
    for (const name of ['2026-10-01.jsonl', '2026-10-01.keys', '2026-11-01.jsonl', 'notes.txt']) {
      writeFileSync(join(directory, name), '');
    }
    await keep(newId());
    expect(readdirSync(directory).sort()).toEqual([
      '2026-11-01.jsonl',
      '2026-11-21.jsonl',
      '2026-11-21.keys',
      'notes.txt',
    ]);
  });

  test('that the disk refuses are a problem told and not an exception', async () => {
    writeFileSync(directory, 'a file where the folder should be');
    await keep(newId());
    expect(problems).toHaveLength(1);
  });

  test('that the disk refuses are told once, and how many they were when it takes them again', async () => {
    writeFileSync(directory, 'a file where the folder should be');
    const bodies = await open();
    for (const id of [newId(), newId(), newId()]) bodies.append(record(id));
    await bodies.close();
    expect(problems).toEqual([expect.stringContaining('A body cannot be kept')]);
    rmSync(directory);
    const id = newId();
    bodies.append(record(id));
    expect(await bodies.find(id)).toMatchObject(record(id));
    expect(problems.slice(1)).toEqual(['Bodies are kept again; 3 were not.']);
  });

  test('that come faster than the disk takes them wait up to a bound, and beyond it are not kept and told of', async () => {
    const { length } = record(newId()).request + record(newId()).answer;
    const bodies = await openBodyFiles({
      ...{ dataDir, retentionDays: 30, now: () => NOW, onProblem: (problem: string) => problems.push(problem) },
      mostWaitingBytes: 2 * length,
    });
    const ids = [newId(), newId(), newId()];
    expect(ids.map((id) => bodies.append(record(id)) !== null)).toEqual([true, true, false]);
    expect(problems).toHaveLength(1);
    expect(await bodies.find(ids[1] as string)).toMatchObject(record(ids[1] as string));
    expect(await bodies.find(ids[2] as string)).toBeNull();
    expect(bodies.append(record(newId()))).not.toBeNull();
    await bodies.close();
  });

  test('sealed for one request cannot be passed off as those of another, and a changed byte is noticed', async () => {
    const [mine, other] = [newId(), newId()];
    await keep(mine, other);
    const path = join(directory, '2026-11-21.jsonl');
    const lines = readFileSync(path, 'utf8').split('\n');
    const sealedOf = (line: string): string => (JSON.parse(line) as { sealed: string }).sealed;
    const [first, second] = [sealedOf(lines[0]!), sealedOf(lines[1]!)];
    writeFileSync(path, lines.join('\n').replace(first, second));
    await expect((await open()).find(mine)).rejects.toThrow();
    const last = first.charAt(20) === 'A' ? 'B' : 'A';
    writeFileSync(path, lines.join('\n').replace(first, `${first.slice(0, 20)}${last}${first.slice(21)}`));
    await expect((await open()).find(mine)).rejects.toThrow();
    expect(await (await open()).find(other)).toMatchObject({ request_id: other });
  });

  test('whose slot a crash cut in half do not move those that come after it', async () => {
    const [first, second] = [newId(), newId()];
    await keep(first);
    appendFileSync(join(directory, '2026-11-21.keys'), 'req_half of a slot');
    await keep(second);
    for (const id of [first, second]) expect(await (await open()).find(id)).toMatchObject({ request_id: id });
  });
});

describe('a commitment', () => {
  test('differs for the same text each time, and tells nothing to whoever guesses the text', async () => {
    const bodies = await open();
    const [one, two] = [bodies.append(record(newId())), bodies.append(record(newId()))];
    await bodies.close();
    expect(one).not.toEqual(two);
    expect(one?.request).toMatch(/^[0-9a-f]{64}$/);
    const text = record('').request;
    const guesses = ['', 'request\n', SECRET, readFileSync(join(dataDir, MASTER_KEY_FILE), 'utf8')].flatMap((key) =>
      [text, `request\n${text}`].map((message) => createHmac('sha256', key).update(message).digest('hex')),
    );
    expect(guesses).not.toContain(one?.request);
  });

  test('is shown to be of a text by whoever may read the body, request and answer apart', async () => {
    const id = newId();
    const bodies = await open();
    const commitment = bodies.append(record(id));
    expect(((await bodies.find(id)) as KeptBody).commitment).toEqual(commitment);
    expect(commitment?.request).not.toBe(commitment?.answer);
    await bodies.close();
  });
});

describe('erasure', () => {
  test('leaves a body that nobody can read, and every other as it was', async () => {
    const [gone, kept] = [newId(), newId()];
    await keep(gone, kept);
    const before = readFileSync(join(directory, '2026-11-21.keys'));
    const wrapped = (await findSlot(join(directory, '2026-11-21.keys'), ({ requestId }) => requestId === gone))
      ?.wrapped;
    const bodies = await open();
    expect(await bodies.erase(gone)).toBe('erased');
    expect(await bodies.find(gone)).toBe('erased');
    expect(await bodies.find(kept)).toMatchObject({ request_id: kept });
    expect(await bodies.erase(gone)).toBe('already_erased');
    expect(await bodies.erase(newId())).toBeNull();
    expect(await (await open()).find(gone)).toBe('erased');
    // The key lies nowhere any more; the slot keeps its place.
    const after = readFileSync(join(directory, '2026-11-21.keys'));
    expect(after.length).toBe(before.length);
    expect(onDisk()).not.toContain(wrapped?.toString('base64'));
    expect(onDisk()).toContain(gone);
  });

  test('waits for a body that is just being written', async () => {
    const id = newId();
    const bodies = await open();
    bodies.append(record(id));
    expect(await bodies.erase(id)).toBe('erased');
    expect(await bodies.find(id)).toBe('erased');
  });
});

describe('a start', () => {
  const refused = async (place: string): Promise<void> => {
    const before = onDisk();
    await expect(open()).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining(place) });
    expect(onDisk()).toBe(before);
  };

  test('with another key, a damaged one or none is refused with the place, and the bodies stay as they are', async () => {
    const id = newId();
    await keep(id);
    const path = join(dataDir, MASTER_KEY_FILE);
    const good = readFileSync(path);
    const other = temporaryFolder();
    const elsewhere = await openBodyFiles({ dataDir: other, retentionDays: 30, now: () => NOW, onProblem: () => {} });
    elsewhere.append(record(newId()));
    await elsewhere.close();
    writeFileSync(path, readFileSync(join(other, MASTER_KEY_FILE)));
    await refused(`2026-11-21.keys was written with (${id})`);
    const text = good.toString();
    const swapped = text.replace(/\n[A-Za-z0-9+/]{43}=/, `\n${newKey().toString('base64')}`);
    for (const damaged of ['', text.slice(0, 30), swapped]) {
      writeFileSync(path, damaged);
      await refused(`${MASTER_KEY_FILE} is damaged`);
    }
    rmSync(path);
    await refused(`${MASTER_KEY_FILE} is missing`);
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, good);
    expect(await (await open()).find(id)).toMatchObject({ request_id: id });
  });

  test('needs no key where every body has been erased', async () => {
    const id = newId();
    const bodies = await keep(id);
    await bodies.erase(id);
    rmSync(join(dataDir, MASTER_KEY_FILE));
    expect(await (await open()).find(id)).toBe('erased');
    truncateSync(join(directory, '2026-11-21.keys'), 0);
    expect(await (await open()).find(id)).toBeNull();
  });
});

describe('reading all bodies of a use case', () => {
  test('gives what can be read in its order and frame, and what is erased neither then nor later', async () => {
    const ids = [newId(), newId(), newId(), newId()];
    const bodies = await open();
    for (const [index, id] of ids.entries()) bodies.append({ ...record(id, NOW - (3 - index) * 60_000), answer: id });
    bodies.append({ ...record(newId()), use_case: 'other' });
    await bodies.close();
    // A key whose body never came: a crash lay between.
    appendFileSync(join(directory, '2026-11-21.keys'), `${'req_lost'.padEnd(48)} ${'A'.repeat(80)}\n`);
    const last = newId();
    bodies.append({ ...record(last), answer: last });
    expect(await bodies.erase(ids[1] as string)).toBe('erased');
    const scanned = await Array.fromAsync(bodies.scan('hr', isoTime(NOW - 150_000), null));
    expect(scanned.map(({ record: { answer } }) => answer)).toEqual([ids[2], ids[3], last]);
    expect((await scanned[0]?.again())?.request).toBe(record('x').request);
    expect(await bodies.erase(ids[2] as string)).toBe('erased');
    expect(await scanned[0]?.again()).toBeNull();
    expect(await Array.fromAsync(bodies.scan('hr', null, isoTime(NOW - 170_000)))).toHaveLength(1);
    expect(await Array.fromAsync((await open()).scan('nobody', null, null))).toEqual([]);
  });
});
