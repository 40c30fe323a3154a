import { AppError } from '../../contracts/errors.ts';
import type { RawRoute } from '../route-definition.ts';

export const responsesRoute: RawRoute = {
  method: 'POST',
  paths: ['/v1/responses', '/openai/v1/responses'],
  access: ['app', 'admin'],
  summary: 'Not offered yet: answers 501',
  raw: true,
  dialect: 'openai',
  handle: () => {
    throw new AppError('not_implemented', 'The Responses API is not offered yet; use POST /v1/chat/completions.');
  },
};
