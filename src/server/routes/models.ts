import { AppError } from '../../contracts/errors.ts';
import type { ListedModel } from '../../contracts/listed-model.ts';
import { dialectOf } from '../dialect-of.ts';
import type { ControlRoute, RouteContext } from '../route-definition.ts';

/** A model as Anthropic's clients know one (platform.claude.com/docs/en/api/models-list); nobody knows when it was made. */
const asAnthropic = ({ id }: ListedModel) => ({
  type: 'model',
  id,
  display_name: id,
  created_at: '1970-01-01T00:00:00Z',
});

const speaksAnthropic = ({ request }: RouteContext): boolean => dialectOf(request.raw) === 'anthropic';

function list(context: RouteContext): unknown {
  const models = context.app.models(context.caller.key);
  if (!speaksAnthropic(context)) return { object: 'list', data: models };
  const data = models.map(asAnthropic);
  // All on one page, whatever `limit` asks for.
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

export const modelsRoute: ControlRoute = {
  method: 'GET',
  paths: ['/v1/models', '/openai/v1/models', '/anthropic/v1/models'],
  access: ['app', 'admin', 'auditor'],
  summary: 'Models that this key may use, in what the client speaks',
  handle: list,
};

export const modelRoute: ControlRoute = {
  method: 'GET',
  paths: ['/v1/models/*', '/openai/v1/models/*', '/anthropic/v1/models/*'],
  access: ['app', 'admin', 'auditor'],
  summary: 'One model, in what the client speaks',
  handle: (context) => {
    const { app, caller, request } = context;
    const id = (request.params as { '*': string })['*'];
    const model = app.models(caller.key).find((entry) => entry.id === id);
    if (model === undefined) throw new AppError('model_not_found', app.unknownModelMessage(id), { param: 'model' });
    return speaksAnthropic(context) ? asAnthropic(model) : model;
  },
};
