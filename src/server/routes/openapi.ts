import type { ControlRoute, RouteDefinition } from '../route-definition.ts';

type OpenApiOperation = Record<string, unknown>;

const parameterOf = (name: string, place: 'path' | 'query', description: string) => ({
  name,
  in: place,
  required: place === 'path',
  description,
  schema: { type: 'string' },
});

function operationOf(route: RouteDefinition, path: string): OpenApiOperation {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => parameterOf(match[1] as string, 'path', 'Id'));
  const inQuery = (route.query ?? []).map(({ name, description }) => parameterOf(name, 'query', description));
  const open = route.access === 'public' || route.access === 'probe';
  return {
    summary: route.summary,
    ...(open
      ? { security: [] }
      : { description: `Needs a key with the role ${(route.access as string[]).join(' or ')}.` }),
    parameters: [...inPath, ...inQuery],
    ...(route.method === 'POST'
      ? { requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } } }
      : {}),
    responses: {
      200: { description: 'Done', content: { 'application/json': { schema: {} } } },
      default: {
        description: 'An error of docs/errors.md',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

const ERROR_SCHEMA = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type', 'code'],
      properties: {
        message: { type: 'string' },
        type: { type: 'string' },
        param: { type: ['string', 'null'] },
        code: { type: 'string' },
        request_id: { type: 'string' },
        rules: { type: 'array', items: { type: 'string' } },
      },
    },
  },
};

/** OpenAPI 3.1 of all routes, from the same list that is served, so that it cannot leave one out. */
function openApiDocument(routes: readonly RouteDefinition[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const route of routes) {
    const path = (route.paths[0] as string).replace(/:(\w+)/g, '{$1}').replace('*', '{id}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, path) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Alidade', version },
    security: [{ bearer: [] }, { apiKey: [] }, { shortApiKey: [] }],
    paths,
    components: {
      schemas: { Error: ERROR_SCHEMA },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        shortApiKey: { type: 'apiKey', in: 'header', name: 'api-key' },
      },
    },
  };
}

export const openApiRoute = (routes: () => readonly RouteDefinition[]): ControlRoute => ({
  method: 'GET',
  paths: ['/api/openapi.json'],
  access: 'public',
  summary: 'This document',
  handle: ({ app }) => openApiDocument(routes(), app.version),
});
