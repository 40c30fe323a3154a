import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryChatRequest } from '../../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../../test/support/deployments.ts';
import type { ChatRequest } from '../../contracts/chat-request.ts';
import { LossReport } from '../losses.ts';
import { buildOpenAiChat } from './build-chat.ts';
import { readOpenAiChat } from './read-chat.ts';

function thereAndBack(request: ChatRequest) {
  const losses = new LossReport();
  const { body } = buildOpenAiChat(request, sampleDeployment(), losses);
  return { losses, back: readOpenAiChat(JSON.parse(body) as Record<string, unknown>) };
}

test('a request comes back as it was where no loss is declared', () => {
  let whole = 0;
  fc.assert(
    fc.property(arbitraryChatRequest, (request) => {
      const { losses, back } = thereAndBack(request);
      if (losses.size > 0) return;
      whole += 1;
      expect(back).toEqual(request);
    }),
    { numRuns: 500 },
  );
  expect(whole).toBeGreaterThan(300);
});
