import { AppError } from '../../contracts/errors.ts';
import type { ControlRoute } from '../route-definition.ts';

const notKept = (id: string): AppError =>
  new AppError('not_found', `No body is kept for ${JSON.stringify(id)}; use cases keep them with keep_bodies: true.`);

export const receiptBodyRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/receipts/:id/body', '/api/requests/:id/body'],
  access: ['admin', 'auditor'],
  summary: 'What was asked and answered, where the use case keeps bodies',
  handle: async ({ app, request }) => {
    const { id } = request.params as { id: string };
    const body = await app.body(id);
    if (body === null) throw notKept(id);
    if (body === 'erased') throw new AppError('not_found', `The body of ${JSON.stringify(id)} was erased.`);
    return body;
  },
};

export const eraseBodyRoute: ControlRoute = {
  method: 'DELETE',
  paths: ['/api/requests/:id/body', '/api/receipts/:id/body'],
  access: ['admin'],
  summary: 'Destroys the key of a kept body, so that nobody can read it again; the record of it stays',
  handle: async ({ app, caller, request }) => {
    const { id } = request.params as { id: string };
    if (!(await app.eraseBody(id, caller.actor))) throw notKept(id);
    return { request_id: id, erased: true };
  },
};
