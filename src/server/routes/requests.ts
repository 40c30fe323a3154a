import { z } from 'zod';
import { parseInput } from '../../contracts/parse-input.ts';
import type { RequestFilter } from '../../contracts/request-log.ts';
import { OUTCOMES } from '../../contracts/vocabulary.ts';
import { ownOnly } from '../ownership.ts';
import type { ControlRoute } from '../route-definition.ts';

const time = z.iso.datetime({ offset: true });

const querySchema = z.strictObject({
  key: z.string().optional(),
  use_case: z.string().optional(),
  task_type: z.string().optional(),
  model: z.string().optional(),
  deployment: z.string().optional(),
  outcome: z.enum(OUTCOMES).optional(),
  sandbox: z.enum(['true', 'false']).optional(),
  since: time.optional(),
  until: time.optional(),
  parent_id: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(512).optional(),
});

export const requestsRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/requests'],
  access: ['app', 'admin', 'auditor'],
  summary: 'Requests, newest first, with filters and keyset paging',
  query: [
    { name: 'key', description: 'Key id' },
    { name: 'use_case', description: 'Use case id' },
    { name: 'task_type', description: 'Task or label that chose the route' },
    { name: 'model', description: 'Logical model that answered' },
    { name: 'deployment', description: 'Deployment that answered' },
    { name: 'outcome', description: `One of ${OUTCOMES.join(', ')}` },
    { name: 'sandbox', description: 'true or false' },
    { name: 'since', description: 'RFC 3339, inclusive' },
    { name: 'until', description: 'RFC 3339, exclusive' },
    { name: 'parent_id', description: 'Calls made on behalf of this request; without it they are left out' },
    { name: 'limit', description: '1 to 200, default 50' },
    { name: 'cursor', description: 'next_cursor of the page before' },
  ],
  handle: ({ app, caller, request }) => {
    const { limit, cursor, sandbox, ...rest } = parseInput(querySchema, request.query, 'query');
    const owner = ownOnly(caller);
    const filter = {
      ...rest,
      ...(sandbox === undefined ? {} : { sandbox: sandbox === 'true' }),
      ...(owner === null ? {} : { key: owner }),
    } as RequestFilter;
    return app.requestLog.list(filter, { limit, cursor: cursor ?? null });
  },
};
