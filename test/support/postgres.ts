import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';

const START_TIMEOUT_MS = 30_000;
const USER = 'alidade';

export interface TemporaryPostgres {
  /** A fresh, empty database. Its connection string. */
  createDatabase(): Promise<string>;
  /** Ends the server without a goodbye, as a crash would; `start` brings it back. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder with `initdb` and `postgres`, or null where none is installed. */
export function findPostgres(): string | null {
  const packaged = existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql')
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join('/usr/lib/postgresql', version, 'bin'))
    : [];
  const folders = [...packaged, ...(process.env.PATH ?? '').split(delimiter), '/usr/local/bin', '/usr/local/pgsql/bin'];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null;
}

/** Postgres refuses to run as root: then another account that the machine has. */
function unprivileged(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  const account = ['postgres', 'nobody']
    .map((name) => accounts.find((line) => line.startsWith(`${name}:`)))
    .find(Boolean);
  const [, , uid, gid] = (account ?? '').split(':');
  if (uid === undefined || gid === undefined) throw new Error('No account that Postgres could run as.');
  return { uid: Number(uid), gid: Number(gid) };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    // Not up yet: the caller asks again until its deadline.
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** A server of our own in a temporary folder, on a free loopback port. */
export async function startPostgres(folder: string): Promise<TemporaryPostgres> {
  const account = unprivileged();
  const directory = mkdtempSync(join(tmpdir(), 'alidade-postgres-'));
  if (account.uid !== undefined) chownSync(directory, account.uid, account.gid);
  const data = join(directory, 'data');
  execFileSync(
    join(folder, 'initdb'),
    ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...account, stdio: 'pipe', cwd: directory },
  );
  const port = await freePort();
  const urlOf = (database: string): string => `postgres://${USER}@127.0.0.1:${port}/${database}`;
  let server: ReturnType<typeof spawn> | null = null;
  let databases = 0;

  const start = async (): Promise<void> => {
    const settings = [
      'fsync=off',
      'listen_addresses=127.0.0.1',
      `port=${port}`,
      `unix_socket_directories=${directory}`,
    ];
    let log = '';
    const child = spawn(join(folder, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
      ...account,
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server = child;
    child.stderr?.on('data', (text: Buffer) => {
      log += text.toString('utf8');
    });
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await answers(urlOf('postgres')))) {
      if (child.exitCode !== null || performance.now() > deadline) throw new Error(`Postgres did not start:\n${log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const end = (signal: NodeJS.Signals): Promise<void> => {
    const child = server;
    server = null;
    if (child === null || child.exitCode !== null) return Promise.resolve();
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    return gone;
  };
  await start();
  return {
    start,
    kill: () => end('SIGQUIT'),
    stop: async () => {
      await end('SIGINT');
      rmSync(directory, { recursive: true, force: true });
    },
    createDatabase: async () => {
      databases += 1;
      const name = `test_${databases}`;
      const client = new pg.Client({ connectionString: urlOf('postgres') });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return urlOf(name);
    },
  };
}
