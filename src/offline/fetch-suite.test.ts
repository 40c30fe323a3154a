import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { DOWNLOADS } from '../evals/suites/download-table.ts';
import { dataFolder, loadSuite } from '../evals/suites/suite.ts';
import { SUITES, suiteSource } from '../evals/suites/suite-list.ts';
import { downloadedSuites } from './certify-suites.ts';
import { type FetchOptions, fetchSuite } from './fetch-suite.ts';

const FILE = `${JSON.stringify({ question: 'Two and two?', answer: '#### 4' })}\n`;
const digestOf = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (bytes: string | Buffer): Promise<string> => serve((_, response) => response.end(bytes));

interface Fetched {
  dataDir: string;
  notices: string[];
  options(own: Partial<NonNullable<FetchOptions['own']>>): FetchOptions;
}

function prepare(): Fetched {
  const notices: string[] = [];
  return {
    dataDir: temporaryFolder(),
    notices,
    options: (own) => ({
      own: { url: 'unset', sha256: digestOf(FILE), maxBytes: 10_000, ...own },
      private: true,
      notice: (text) => notices.push(text),
      tell: () => undefined,
    }),
  };
}

/** Everything that lies in the folder of downloads. */
const left = (dataDir: string): string[] => {
  const folder = downloadedSuites(dataDir);
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String).sort() : [];
};

describe('a suite that is downloaded', () => {
  it('is shown with its licence first, lies where runs find it, and is not downloaded again', async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked += 1;
      expect(request.headers.authorization).toBeUndefined();
      expect(request.method).toBe('GET');
      response.end(FILE);
    });
    const { dataDir, notices, options } = prepare();
    const first = await fetchSuite(dataDir, 'gsm8k', options({ url: `${url}/test.jsonl` }));
    expect(notices.join('')).toMatch(/Licence: MIT/);
    expect(first.files).toEqual([{ path: 'test.jsonl', bytes: FILE.length, sha256: digestOf(FILE), kept: false }]);
    expect(loadSuite(suiteSource('gsm8k'), downloadedSuites(dataDir)).samples).toHaveLength(1);
    expect(JSON.parse(readFileSync(join(first.folder, 'SOURCE.json'), 'utf8'))).toMatchObject({
      ...{ suite: 'gsm8k', licence: 'MIT', files: [{ path: 'test.jsonl', sha256: digestOf(FILE) }] },
    });
    const again = await fetchSuite(dataDir, 'gsm8k', options({ url: `${url}/test.jsonl` }));
    expect(again.files[0]?.kept).toBe(true);
    expect(asked).toBe(1);
  });

  it('leaves nothing behind where its checksum is another', async () => {
    const { dataDir, options } = prepare();
    const url = await answering(FILE.replace('4', '5'));
    await expect(fetchSuite(dataDir, 'gsm8k', options({ url }))).rejects.toThrow(/is not the file that is wanted/);
    expect(left(dataDir)).toEqual(['gsm8k']);
  });

  it('does not take the place of what is there before it has been found right', async () => {
    const { dataDir, options } = prepare();
    await fetchSuite(dataDir, 'gsm8k', options({ url: await answering(FILE) }));
    const other = { url: await answering('broken'), sha256: digestOf('other') };
    await expect(fetchSuite(dataDir, 'gsm8k', options(other))).rejects.toThrow();
    expect(readFileSync(join(downloadedSuites(dataDir), 'gsm8k/test.jsonl'), 'utf8')).toBe(FILE);
  });

  it('is refused beyond its size, as it travels and as it unpacks', async () => {
    const { dataDir, options } = prepare();
    const endless = await serve((_, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(65_536))) if (response.destroyed) return;
        response.once('drain', more);
      };
      more();
    });
    await expect(fetchSuite(dataDir, 'gsm8k', options({ url: endless }))).rejects.toThrow(/larger|exceeds/);
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    expect(bomb.length).toBeLessThan(10_000);
    const url = `${await answering(bomb)}/test.jsonl.gz`;
    await expect(fetchSuite(dataDir, 'gsm8k', options({ url }))).rejects.toThrow(/larger than 10000 bytes/);
    expect(left(dataDir)).toEqual(['gsm8k']);
  });

  it('is unpacked, its checksum being that of what it holds', async () => {
    const { dataDir, options } = prepare();
    const url = `${await answering(gzipSync(FILE))}/test.jsonl.gz`;
    const { folder } = await fetchSuite(dataDir, 'gsm8k', options({ url }));
    expect(readFileSync(join(folder, 'test.jsonl'), 'utf8')).toBe(FILE);
  });

  it('that breaks off, or is not there, is said to be so', async () => {
    const { dataDir, options } = prepare();
    const cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': FILE.length });
      response.write(FILE.slice(0, 10));
      setImmediate(() => response.socket?.destroy());
    });
    await expect(fetchSuite(dataDir, 'gsm8k', options({ url: cut }))).rejects.toThrow(/closed the connection/);
    const missing = await serve((_, response) => {
      response.statusCode = 404;
      response.end('no');
    });
    await expect(fetchSuite(dataDir, 'gsm8k', options({ url: missing }))).rejects.toThrow(/answers 404/);
    expect(left(dataDir)).toEqual(['gsm8k']);
  });

  it('is followed to where its address leads, and not round and round', async () => {
    const { dataDir, options } = prepare();
    const there = await answering(FILE);
    const url = await serve((_, response) => {
      response.writeHead(302, { location: `${there}/else` });
      response.end();
    });
    await fetchSuite(dataDir, 'gsm8k', options({ url }));
    const round = await serve((_, response) => {
      response.writeHead(302, { location: '/' });
      response.end();
    });
    const other = { url: round, sha256: digestOf('x') };
    await expect(fetchSuite(dataDir, 'gsm8k', options(other))).rejects.toThrow(/without an end/);
  });

  it('is asked for by https and outside one’s own network, unless somebody says otherwise', async () => {
    const { dataDir, options } = prepare();
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.end(FILE);
    });
    const own = { ...options({ url }), private: false };
    await expect(fetchSuite(dataDir, 'gsm8k', own)).rejects.toThrow(/must be https/);
    expect(asked).toBe(0);
  });

  it('of several files keeps where each came from', async () => {
    const { dataDir, options } = prepare();
    for (const subject of ['law', 'art']) {
      const text = `Which ${subject}?,one,two,three,four,B\n`;
      const own = { url: await answering(text), sha256: digestOf(text), path: `test/${subject}_test.csv` };
      await fetchSuite(dataDir, 'mmlu', options(own));
    }
    expect(loadSuite(suiteSource('mmlu'), downloadedSuites(dataDir)).samples).toHaveLength(2);
    const kept = JSON.parse(readFileSync(join(downloadedSuites(dataDir), 'mmlu/SOURCE.json'), 'utf8')) as {
      files: object[];
    };
    expect(kept.files).toMatchObject([{ path: 'test/law_test.csv' }, { path: 'test/art_test.csv' }]);
  });

  it('is only a file in the folder of its suite, with a checksum that is one', async () => {
    const { dataDir, options } = prepare();
    const url = 'http://127.0.0.1:1/';
    const wanted = (own: object) => fetchSuite(dataDir, 'mmlu', options({ url, path: 'test/law_test.csv', ...own }));
    await expect(wanted({ path: '../../escape.csv' })).rejects.toThrow(/must lie in the folder/);
    await expect(wanted({ path: '/etc/escape' })).rejects.toThrow(/must lie in the folder/);
    await expect(wanted({ sha256: 'abc' })).rejects.toThrow(/64 hexadecimal digits/);
    await expect(fetchSuite(dataDir, 'mmlu', options({ url }))).rejects.toThrow(/folder of files/);
    await expect(fetchSuite(dataDir, 'mmlu', { notice: () => undefined, tell: () => undefined })).rejects.toThrow(
      /no checksum is known/,
    );
  });
});

describe('the table of downloads', () => {
  const named = Object.entries(DOWNLOADS);

  it.each(named)(
    'of %s pins addresses to commits, has whole checksums, and fills the folder that the suite reads',
    (name, { files, notice }) => {
      const { folder, mainFile } = suiteSource(name);
      expect(notice).toMatch(/MIT|Apache|CC BY/);
      const root = temporaryFolder();
      for (const { path, url, sha256, bytes } of files) {
        expect(url).toMatch(/^https:\/\/(raw|media)\.githubusercontent\.com\/.*\/[0-9a-f]{40}\//);
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(bytes).toBeGreaterThan(1_000);
        mkdirSync(join(root, folder, path, '..'), { recursive: true });
        writeFileSync(join(root, folder, path), '');
      }
      expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
      expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(files.length);
      expect(files.some(({ path }) => path === mainFile)).toBe(true);
      expect(dataFolder(suiteSource(name), root)).toBe(join(root, folder));
    },
  );

  it('names no suite that is none', () => {
    const names = SUITES.map(({ name }) => name);
    expect(named.filter(([name]) => !names.includes(name))).toEqual([]);
  });
});
