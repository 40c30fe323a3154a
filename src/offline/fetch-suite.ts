import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { AppError } from '../contracts/errors.ts';
import { DOWNLOADS, type DownloadFile } from '../evals/suites/download-table.ts';
import { fetchedData, type SuiteSource } from '../evals/suites/suite.ts';
import { suiteSource } from '../evals/suites/suite-list.ts';
import { openDownload } from '../providers/download.ts';
import { evaluationFolder } from './recorded-runs.ts';

/** What a person says of a file whose checksum is not known here. */
export interface OwnDownload {
  url: string;
  sha256: string;
  /** Below the suite's folder; default: the file by which the suite is known. */
  path?: string;
  /** Most bytes, as they travel and unpacked. */
  maxBytes: number;
}

export interface FetchOptions {
  /** Absent: the files of the table. */
  own?: OwnDownload;
  /** The address may be http or inside one's own network: a mirror. */
  private?: boolean;
  /** Told before the first byte is asked for. */
  notice(text: string): void;
  /** Told when a file is there. */
  tell(file: FetchedFile): void;
}

export interface FetchedFile {
  path: string;
  bytes: number;
  sha256: string;
  /** It was there already, unchanged. */
  kept: boolean;
}

export interface FetchedSuite {
  suite: string;
  /** The suite's own folder. */
  folder: string;
  licence: string;
  files: readonly FetchedFile[];
}

/**
 * Downloads a public suite into the folder of evaluations, where runs and certificates find it. A file is looked at by
 * nobody before its checksum has been found right: it travels under another name, and one that is wrong is thrown away.
 * @throws AppError not_found, invalid_request, upstream_unreachable
 */
export async function fetchSuite(dataDir: string, name: string, options: FetchOptions): Promise<FetchedSuite> {
  const source = suiteSource(name);
  const files = options.own === undefined ? tableFiles(source) : [ownFile(source, options.own)];
  const folder = join(fetchedData(evaluationFolder(dataDir)), source.folder);
  options.notice(noticeOf(source, files));
  const fetched: FetchedFile[] = [];
  for (const file of files) {
    const one = await fetchFile(folder, file, options.private === true);
    fetched.push(one);
    options.tell(one);
  }
  keepSource(folder, source, files);
  return { suite: name, folder, licence: source.licence, files: fetched };
}

type SourceFile = Pick<DownloadFile, 'path' | 'url' | 'sha256'>;

/** Where each file of the folder came from, those of earlier downloads included. */
function keepSource(folder: string, { name, licence, origin }: SuiteSource, files: readonly WantedFile[]): void {
  const path = join(folder, 'SOURCE.json');
  const before = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { files: SourceFile[] }).files : [];
  const all = new Map<string, SourceFile>([
    ...before.map((file) => [file.path, file] as const),
    ...files.map(({ path: at, url, sha256 }) => [at, { path: at, url, sha256 }] as const),
  ]);
  writeFileSync(path, `${JSON.stringify({ suite: name, licence, origin, files: [...all.values()] }, null, 2)}\n`);
}

interface WantedFile extends Omit<DownloadFile, 'bytes'> {
  maxBytes: number;
}

function tableFiles({ name, origin }: SuiteSource): WantedFile[] {
  const known = DOWNLOADS[name];
  if (known !== undefined) return known.files.map(({ bytes, ...file }) => ({ ...file, maxBytes: bytes }));
  throw new AppError(
    'invalid_request',
    `Nobody here has seen the bytes of ${name}, so that no checksum is known. It comes from ${origin}; name a file with --url and --sha256, or its folder with --data.`,
  );
}

function ownFile({ name, mainFile }: SuiteSource, { url, sha256, path, maxBytes }: OwnDownload): WantedFile {
  if (!/^[0-9a-f]{64}$/i.test(sha256)) {
    throw new AppError('invalid_request', 'A SHA-256 checksum is 64 hexadecimal digits.');
  }
  const wanted = normalize(path ?? mainFile);
  if (path === undefined && !/\.\w+$/.test(mainFile)) {
    throw new AppError('invalid_request', `${name} is a folder of files: say with --as which of them this is.`);
  }
  if (wanted.startsWith('..') || wanted.startsWith('/')) {
    throw new AppError('invalid_request', 'The file must lie in the folder of its suite.');
  }
  const packed = new URL(url).pathname.endsWith('.gz') && !wanted.endsWith('.gz') ? { packed: 'gzip' as const } : {};
  return { path: wanted, url, sha256: sha256.toLowerCase(), maxBytes, ...packed };
}

function noticeOf({ name, licence, origin }: SuiteSource, files: readonly WantedFile[]): string {
  const terms = DOWNLOADS[name]?.notice ?? licence;
  return `${name} comes from ${origin}.\nLicence: ${terms}\n${files.length} file${files.length === 1 ? '' : 's'} from ${new URL(files[0]?.url ?? origin).host}.\n`;
}

async function fetchFile(folder: string, file: WantedFile, isPrivate: boolean): Promise<FetchedFile> {
  const { path, url, sha256, maxBytes, packed } = file;
  const target = join(folder, path);
  if (existsSync(target) && (await sha256Of(target)) === sha256) {
    return { path, bytes: statSync(target).size, sha256, kept: true };
  }
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const coming = `${target}.${process.pid}.part`;
  const hash = createHash('sha256');
  const counted = meter(maxBytes, (chunk) => hash.update(chunk));
  try {
    const body = await openDownload(url, { maxBytes, private: isPrivate });
    const unpack = packed === 'gzip' ? [createGunzip()] : [];
    await pipeline([body, ...unpack, counted.stream, createWriteStream(coming, { mode: 0o600 })]);
    const found = hash.digest('hex');
    if (found !== sha256) {
      throw new AppError(
        'invalid_request',
        `${url} is not the file that is wanted: its checksum is ${found}, not ${sha256}. Nothing was kept.`,
      );
    }
    renameSync(coming, target);
  } catch (error) {
    rmSync(coming, { force: true });
    if (error instanceof AppError) throw error;
    throw new AppError('upstream_unreachable', `${url}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return { path, bytes: counted.bytes(), sha256, kept: false };
}

/** Passes bytes on and fails beyond `maxBytes`: a packed file may unpack to anything. */
function meter(maxBytes: number, see: (chunk: Buffer) => void): { stream: Transform; bytes(): number } {
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        callback(new AppError('invalid_request', `The file is larger than ${maxBytes} bytes. Nothing was kept.`));
        return;
      }
      see(chunk);
      callback(null, chunk);
    },
  });
  return { stream, bytes: () => bytes };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
