import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import type { ControlRoute, RouteContext } from '../route-definition.ts';

/** The files that exist. A closed list, so that no request names a file of its own choice. */
const FILES: ReadonlySet<string> = new Set([
  'api.js',
  'decision-view.js',
  'dom.js',
  'events.js',
  'examples.js',
  'format.js',
  'page.css',
  'page.js',
  'receipt-view.js',
  'snippets.js',
]);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/**
 * The page runs its own files, talks to its own server, and is shown in no frame. Trusted types make the browser
 * refuse markup from strings: answers of models are shown beside a key.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** With every file of a page. */
export const PAGE_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

async function send(reply: RouteContext['reply'], file: string): Promise<RouteContext['reply']> {
  const content = await readFile(new URL(`../page/browser/${file}`, import.meta.url));
  return reply.headers({ 'content-type': TYPES[extname(file)], ...PAGE_HEADERS }).send(content);
}

export const pageRoute: ControlRoute = {
  method: 'GET',
  paths: ['/'],
  access: 'public',
  summary: 'One page: try a request, see the decision, the answer and the receipt',
  handle: ({ reply }) => send(reply, 'page.html'),
};

export const pageFileRoute: ControlRoute = {
  method: 'GET',
  paths: ['/page/:file'],
  access: 'public',
  summary: 'Style sheet and scripts of the page',
  handle: ({ request, reply }) => {
    const { file } = request.params as { file: string };
    if (!FILES.has(file)) throw new AppError('not_found', 'The page has no such file.');
    return send(reply, file);
  },
};
