import { AppError } from '../../contracts/errors.ts';
import { ownOnly } from '../ownership.ts';
import type { ControlRoute } from '../route-definition.ts';

export const receiptRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/receipts/:id'],
  access: ['app', 'admin', 'auditor'],
  summary: 'The receipt of a request: decision, attempts, usage, cost, place in the hash chain',
  handle: async ({ app, caller, request }) => {
    const { id } = request.params as { id: string };
    const receipt = await app.receipt(id);
    const owner = ownOnly(caller);
    // Somebody else's receipt answers like one that does not exist: ids must not be probed.
    if (receipt === null || (owner !== null && receipt.key !== owner)) {
      throw new AppError('not_found', `There is no receipt ${JSON.stringify(id)}.`);
    }
    return receipt;
  },
};
