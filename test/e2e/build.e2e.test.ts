import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { JOINED_PACKAGES } from '../../scripts/bundle.ts';
import { readManifest, repositoryRoot, runProgram } from '../support/repository.ts';
import { buildServer, type RunningServer } from '../support/running-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let server: RunningServer;
let dist: string;

beforeAll(async () => {
  server = await (await buildServer())();
  dist = join(inject('buildFolder'), 'dist');
}, 240_000);

afterAll(() => server.stop());

describe('the build', () => {
  it('finds the files of its pages, and its framework', async () => {
    for (const path of ['/', '/page/page.js', '/review', '/review/review.js', '/api/openapi.json']) {
      const answer = await fetch(server.origin + path);
      expect([path, answer.status, (await answer.text()).length > 500]).toEqual([path, 200, true]);
    }
  });

  it('finds the thread of its store', async () => {
    const answer = await fetch(`${server.origin}/api/requests`);
    expect([answer.status, await answer.json()]).toEqual([200, { items: [], next_cursor: null }]);
  });

  it('finds in a text what the source finds, with tables that the build has filled', async () => {
    const cwd = temporaryFolder();
    const letter = `Dear Ms Johansson, your tax number 12 345 678 901 and your passport C01X00T47 are with our office in São Paulo.
      Geboren am 3.4.1971 in Köln, 護照號碼 300000001, lives at 14 Quimby Crescent, Lisbon.`;
    writeFileSync(join(cwd, 'letter.txt'), letter);
    const scan = (program: string) =>
      runProgram(process.execPath, [program, 'pii', 'scan', 'letter.txt', '--json'], { cwd });
    const built = await scan(join(dist, 'cli/main.js'));
    expect(JSON.parse(built.stdout).findings.length).toBeGreaterThan(5);
    expect(built).toEqual(await scan(join(repositoryRoot, 'src/cli/main.ts')));
  });

  it('holds only what is reached from its entries, and every relative import is there', () => {
    const files = new Set(globSync('**/*.{js,generated.json}', { cwd: dist }));
    const imported = new Set<string>();
    for (const file of files) {
      if (file.includes('browser/')) continue;
      const code = readFileSync(join(dist, file), 'utf8');
      for (const [, path = ''] of code.matchAll(/(?:from |import\(|import )"(\.[^"]+)"/g)) {
        imported.add(join(dirname(file), path));
      }
    }
    expect([...imported].filter((file) => !files.has(file))).toEqual([]);
    expect([...files].filter((file) => file.startsWith('chunks/') && !imported.has(file))).toEqual([]);
    expect(files.size).toBeLessThan(300);
  });

  it('knows a command line from few bytes: what a command needs is loaded when it runs', () => {
    const seen = new Set<string>();
    const visit = (file: string): number => {
      if (seen.has(file)) return 0;
      seen.add(file);
      const code = readFileSync(join(dist, file), 'utf8');
      const imports = [...code.matchAll(/^(?:import|export) (?:[^"]*? from )?"(\.[^"]+)";$/gm)];
      return imports.reduce((sum, [, path = '']) => sum + visit(join(dirname(file), path)), code.length);
    };
    const bytes = visit('cli/program.js');
    expect(seen.size).toBeGreaterThan(3);
    expect(bytes).toBeLessThan(200_000);
  });

  it('needs one byte a character', () => {
    const wide = globSync('**/*.js', { cwd: dist })
      .filter((file) => !file.includes('browser/'))
      .filter((file) => /[\u0100-\uffff]/.test(readFileSync(join(dist, file), 'utf8')));
    expect(wide).toEqual([]);
  });

  it('carries the licence of every package whose code is inside', () => {
    const text = readFileSync(join(dist, 'LICENSES-OF-PACKAGES.txt'), 'utf8');
    for (const name of JOINED_PACKAGES) expect(text).toContain(`${name} ${readManifest().dependencies[name]}\n`);
  });

  it('imports no joined package', () => {
    const code = globSync('{chunks,cli}/**/*.js', { cwd: dist }).map((file) => readFileSync(join(dist, file), 'utf8'));
    for (const name of JOINED_PACKAGES) {
      expect(
        code.filter((text) => text.includes(`from "${name}"`) || text.includes(`from "${name}/`)),
        name,
      ).toEqual([]);
    }
  });
});

describe('what the build compiled', () => {
  interface Modules {
    found: string[];
    compiled: string[];
  }

  /** The modules that a server loads on its way to a first answer. */
  async function firstStart(env: NodeJS.ProcessEnv): Promise<Modules> {
    const start = await buildServer();
    const started = await start({ env: { NODE_DEBUG_NATIVE: 'COMPILE_CACHE', ...env } });
    try {
      const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'How are you?' }] });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${started.origin}/v1/chat/completions`, { method: 'POST', headers, body });
      expect([answer.status, (await answer.text()).length > 0]).toEqual([200, true]);
      const modules: Modules = { found: [], compiled: [] };
      for (const [, module = '', became] of started.said().matchAll(/V8 code cache for \w+ (\S+) was ([\w ]+),/g)) {
        modules[became === 'accepted' ? 'found' : 'compiled'].push(module);
      }
      return modules;
    } finally {
      await started.stop();
    }
  }

  it('is found by a first start, which compiles no module and keeps nothing elsewhere', async () => {
    const home = temporaryFolder();
    const modules = await firstStart({ HOME: home, XDG_CACHE_HOME: '' });
    expect(modules.compiled).toEqual([]);
    expect(modules.found.length).toBeGreaterThan(50);
    expect(existsSync(join(home, '.cache'))).toBe(false);
  });

  it('is left alone by a start that compiles otherwise, which keeps its own in the folder of the account', async () => {
    const home = temporaryFolder();
    const modules = await firstStart({ HOME: home, XDG_CACHE_HOME: '', NODE_OPTIONS: '--stack-trace-limit=12' });
    expect(modules.found).toEqual([]);
    expect(modules.compiled.length).toBeGreaterThan(50);
    expect(existsSync(join(home, '.cache/alidade/compiled'))).toBe(true);
  });
});

describe('what a server loads before it answers', () => {
  it('leaves the second HTTP client of Node alone', async () => {
    const script = `await import('./src/app.ts'); await import('./src/server/http-server.ts');
      console.log(JSON.stringify(process.moduleLoadList.filter((name) => /internal\\/deps\\/undici|NativeModule http$/.test(name))));`;
    const { stdout } = await runProgram(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: repositoryRoot,
    });
    expect(JSON.parse(stdout)).toEqual(['NativeModule http']);
  }, 60_000);
});
