import { validateHeaderValue } from 'node:http';
import { expect, test } from 'vitest';
import { testDeployment } from '../routing/test-world.ts';
import { CLIENT_DIALECTS } from './lanes.ts';
import { headOf } from './response-headers.ts';

test.each([
  ['acme/one', 'acme/one'],
  ['acme/模型', 'acme/%E6%A8%A1%E5%9E%8B'],
  ['acme/a\r\nb', 'acme/a%0D%0Ab'],
])('a model called %j can be named in a header', (model, named) => {
  const head = headOf({
    client: CLIENT_DIALECTS.openai,
    requestId: 'req_1',
    contentType: 'application/json',
    decision: null,
    attempt: { deployment: testDeployment(`${model}@here`, model) },
    attempts: 1,
    overheadMs: 1,
    requests: null,
    loss: [],
    sandbox: false,
  });
  expect(head[head.indexOf('x-alidade-model') + 1]).toBe(named);
  for (let at = 0; at < head.length; at += 2) validateHeaderValue(head[at] as string, head[at + 1] as string);
});
