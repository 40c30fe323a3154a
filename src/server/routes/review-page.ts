import { readFile } from 'node:fs/promises';
import { AppError } from '../../contracts/errors.ts';
import type { ControlRoute, RouteContext } from '../route-definition.ts';
import { PAGE_HEADERS } from './page.ts';

/** A closed list, so that no request names a file of its own choice. */
const FILES: Readonly<Record<string, string>> = {
  'review.css': 'text/css; charset=utf-8',
  'review.js': 'text/javascript; charset=utf-8',
  'keys.js': 'text/javascript; charset=utf-8',
};

async function send(reply: RouteContext['reply'], file: string, type: string): Promise<RouteContext['reply']> {
  const content = await readFile(new URL(`../review-page/browser/${file}`, import.meta.url));
  return reply.headers({ 'content-type': type, ...PAGE_HEADERS }).send(content);
}

export const reviewPageRoute: ControlRoute = {
  method: 'GET',
  paths: ['/review'],
  access: 'public',
  summary: "A reviewer's page; the token of the link stands behind its hash sign",
  handle: ({ reply }) => send(reply, 'review.html', 'text/html; charset=utf-8'),
};

export const reviewPageFileRoute: ControlRoute = {
  method: 'GET',
  paths: ['/review/:file'],
  access: 'public',
  summary: "Style sheet and script of a reviewer's page",
  handle: ({ request, reply }) => {
    const { file } = request.params as { file: string };
    const type = Object.hasOwn(FILES, file) ? FILES[file] : undefined;
    if (type === undefined) throw new AppError('not_found', 'The page has no such file.');
    return send(reply, file, type);
  },
};
