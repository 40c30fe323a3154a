import { z } from 'zod';
import { AppError } from '../../contracts/errors.ts';
import { parseInput } from '../../contracts/parse-input.ts';
import { ownOnly } from '../ownership.ts';
import type { ControlRoute } from '../route-definition.ts';

const feedbackSchema = z.strictObject({
  request_id: z.string().min(1).max(128),
  score: z.number().min(0).max(1),
});

export const feedbackRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/feedback'],
  access: ['app', 'admin'],
  summary: 'How good the answer to a request was, from 0 to 1; becomes evidence of its kind of work',
  handle: async ({ app, caller, request }) => {
    const { request_id: id, score } = parseInput(feedbackSchema, request.body ?? {});
    const receipt = await app.requestLog.receipt(id);
    const owner = ownOnly(caller);
    // As with receipts: somebody else's request answers like one that does not exist.
    if (receipt === null || (owner !== null && receipt.key !== owner)) {
      throw new AppError('not_found', `There is no receipt ${JSON.stringify(id)}.`);
    }
    return app.feedback.take(receipt, score, { key: caller.key?.id ?? null, actor: caller.actor });
  },
};
