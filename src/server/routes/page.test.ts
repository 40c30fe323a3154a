import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { repositoryRoot, runProgram } from '../../../test/support/repository.ts';
import { AppError } from '../../contracts/errors.ts';
import type { ControlRoute, RouteContext } from '../route-definition.ts';
import { pageFileRoute, pageRoute } from './page.ts';

const BROWSER = 'src/server/page/browser';

/** The page's two routes on a socket; they use nothing of the app and of the caller. */
async function servePage(): Promise<string> {
  const server = fastify();
  const serve = (route: ControlRoute): void => {
    server.get(route.paths[0] as string, (request, reply) => route.handle({ request, reply } as RouteContext));
  };
  serve(pageRoute);
  serve(pageFileRoute);
  server.setErrorHandler((error, _request, reply) => {
    const code = error instanceof AppError ? error.code : 'other';
    return reply.code(error instanceof AppError ? error.status : 500).send({ code });
  });
  onTestFinished(() => server.close());
  return server.listen({ host: '127.0.0.1', port: 0 });
}

/** Everything that a browser would load, by path. */
async function load(origin: string): Promise<Map<string, string>> {
  const loaded = new Map<string, string>();
  const wanted = ['/'];
  for (let path = wanted.shift(); path !== undefined; path = wanted.shift()) {
    if (loaded.has(path)) continue;
    const answer = await fetch(origin + path);
    expect(answer.status, path).toBe(200);
    const text = await answer.text();
    loaded.set(path, text);
    for (const [, file] of text.matchAll(/(?:from '\.|(?:src|href)="\/page)\/([\w-]+\.\w+)['"]/g)) {
      wanted.push(`/page/${file}`);
    }
  }
  return loaded;
}

describe('the page', () => {
  it('is whole: every file that it asks for is served, and no other lies beside them', async () => {
    const loaded = [...(await load(await servePage())).keys()].toSorted();
    const files = readdirSync(join(repositoryRoot, BROWSER)).filter((name) => /\.(js|css)$/.test(name));
    expect(loaded).toEqual(['/', ...files.map((name) => `/page/${name}`)].toSorted());
  });

  it('names no address outside of its own server', async () => {
    for (const [path, text] of await load(await servePage())) {
      expect(text.match(/\b(?:https?:)?\/\/[\w-]+\.[\w.-]+/g), path).toBeNull();
    }
  });

  it('has no way to read text as markup or as code', async () => {
    const ways = /innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|srcdoc|setHTML|parseFrom/;
    for (const [path, text] of await load(await servePage())) expect(text.match(ways), path).toBeNull();
  });

  it('keeps keys out of cookies and out of storage', async () => {
    for (const [path, text] of await load(await servePage())) {
      expect(text.match(/document\.cookie|localStorage|sessionStorage|indexedDB/), path).toBeNull();
    }
  });

  it('lets the browser run and show nothing but its own files, on all of its answers', async () => {
    const origin = await servePage();
    for (const [path, type] of [
      ['/', 'text/html; charset=utf-8'],
      ['/page/page.css', 'text/css; charset=utf-8'],
      ['/page/page.js', 'text/javascript; charset=utf-8'],
    ] as const) {
      const { headers } = await fetch(origin + path);
      expect(headers.get('content-type')).toBe(type);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      const policy = headers.get('content-security-policy');
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
    }
  });

  it.each(['tsconfig.json', 'page.ts', 'page.html', '..%2f..%2f..%2f..%2fpackage.json'])(
    'answers 404 for %s, which is no file of it',
    async (name) => {
      const answer = await fetch(`${await servePage()}/page/${name}`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({ code: 'not_found' });
    },
  );

  it('has every element that its script looks up', async () => {
    const loaded = await load(await servePage());
    const ids = [...(loaded.get('/') ?? '').matchAll(/ id="([\w-]+)"/g)].map((match) => match[1]);
    const script = loaded.get('/page/page.js') ?? '';
    const looked = [...script.matchAll(/\bfind\('([\w-]+)'/g)].map((match) => match[1]);
    const filled = [...script.matchAll(/\b(?:fill|reveal)\('([\w-]+)'/g)].flatMap((match) => [
      match[1],
      `${match[1]}-section`,
    ]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(looked.length).toBeGreaterThan(10);
    expect(ids).toEqual(expect.arrayContaining([...looked, ...filled]));
  });

  it('reads decisions and receipts as the contracts write them', async () => {
    const compiler = join(repositoryRoot, 'node_modules/.bin/tsc');
    expect(await runProgram(compiler, ['-p', BROWSER])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});
