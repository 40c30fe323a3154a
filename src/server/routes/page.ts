import { readFile } from 'node:fs/promises';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../contracts/errors.ts';
import { PAGE_MARKUP } from '../page/page-markup.ts';
import { PAGE_STYLE } from '../page/page-style.ts';
import type { RouteDefinition } from '../route-definition.ts';

/** The scripts that exist. A closed list, so that no request names a file of its own choice. */
const SCRIPTS: ReadonlySet<string> = new Set([
  'api.js',
  'decision-view.js',
  'dom.js',
  'events.js',
  'examples.js',
  'format.js',
  'page.js',
  'receipt-view.js',
  'snippets.js',
]);

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

function send(reply: FastifyReply, type: string, content: string): FastifyReply {
  return reply
    .headers({
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    })
    .send(content);
}

export const pageRoute: RouteDefinition = {
  method: 'GET',
  paths: ['/'],
  access: 'public',
  summary: 'One page: try a request, see the decision, the answer and the receipt',
  handle: ({ reply }) => send(reply, 'text/html', PAGE_MARKUP),
};

export const pageFileRoute: RouteDefinition = {
  method: 'GET',
  paths: ['/page/:file'],
  access: 'public',
  summary: 'Style sheet and scripts of the page',
  handle: async ({ request, reply }) => {
    const { file } = request.params as { file: string };
    if (file === 'page.css') return send(reply, 'text/css', PAGE_STYLE);
    if (!SCRIPTS.has(file)) throw new AppError('not_found', 'The page has no such file.');
    const script = await readFile(new URL(`../page/browser/${file}`, import.meta.url), 'utf8');
    return send(reply, 'text/javascript', script);
  },
};
