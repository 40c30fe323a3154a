import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import type { ClientDialectName } from '../contracts/gateway-request.ts';
import type { Operation, Role } from '../contracts/vocabulary.ts';
import type { Caller } from './authenticate.ts';

export interface RouteContext {
  app: App;
  caller: Caller;
  request: FastifyRequest;
  reply: FastifyReply;
}

export interface QueryParameter {
  name: string;
  description: string;
}

/** What every route states. */
interface RouteFacts {
  method: 'GET' | 'POST' | 'DELETE';
  /** The first is the canonical one, the others are habits of clients. */
  paths: readonly string[];
  /** `probe`: anybody, from any host; `public`: anybody; else one of these roles. */
  access: 'probe' | 'public' | readonly Role[];
  /** For the OpenAPI document. */
  summary: string;
  query?: readonly QueryParameter[];
}

/** A route of the control plane: the value is sent as JSON; nothing is sent where the handler answered by itself. */
export interface ControlRoute extends RouteFacts {
  raw?: undefined;
  handle(context: RouteContext): unknown;
}

export interface RawContext {
  app: App;
  caller: Caller;
  request: IncomingMessage;
  response: ServerResponse;
}

/**
 * A route that reads the raw body and answers on the raw response itself, without the framework: the data plane. Its
 * paths are exact. A promise that it returns may reject; what it throws is answered as an error.
 */
export interface RawRoute extends RouteFacts {
  raw: true;
  /** In which errors are answered. */
  dialect: ClientDialectName;
  /** What the gateway is asked for; absent: its requests are answered by others. */
  operation?: Operation;
  handle(context: RawContext): unknown;
}

/** One route: one file, one test, one line in routes/list.ts. A route without `access` does not exist. */
export type RouteDefinition = ControlRoute | RawRoute;
