import { AppError } from '../../contracts/errors.ts';
import type { ControlRoute } from '../route-definition.ts';

export const modelsRoute: ControlRoute = {
  method: 'GET',
  paths: ['/v1/models', '/openai/v1/models'],
  access: ['app', 'admin', 'auditor'],
  summary: 'Models that this key may use, in the OpenAI dialect',
  handle: ({ app, caller }) => ({ object: 'list', data: app.models(caller.key) }),
};

export const modelRoute: ControlRoute = {
  method: 'GET',
  paths: ['/v1/models/*', '/openai/v1/models/*'],
  access: ['app', 'admin', 'auditor'],
  summary: 'One model, in the OpenAI dialect',
  handle: ({ app, caller, request }) => {
    const id = (request.params as { '*': string })['*'];
    const model = app.models(caller.key).find((entry) => entry.id === id);
    if (model === undefined) throw new AppError('model_not_found', app.unknownModelMessage(id), { param: 'model' });
    return model;
  },
};
