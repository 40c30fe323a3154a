import { AppError } from '../../contracts/errors.ts';
import type { ControlRoute } from '../route-definition.ts';

export const receiptBodyRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/receipts/:id/body'],
  access: ['admin', 'auditor'],
  summary: 'What was asked and answered, where the use case keeps bodies',
  handle: async ({ app, request }) => {
    const { id } = request.params as { id: string };
    const body = await app.body(id);
    if (body !== null) return body;
    throw new AppError(
      'not_found',
      `No body is kept for ${JSON.stringify(id)}; use cases keep them with keep_bodies: true.`,
    );
  },
};
