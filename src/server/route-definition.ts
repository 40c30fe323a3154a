import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import type { Role } from '../contracts/vocabulary.ts';
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

/** One route: one file, one test, one line in routes/index. A route without `access` does not exist. */
export interface RouteDefinition {
  method: 'GET' | 'POST' | 'DELETE';
  /** The first is the canonical one, the others are habits of clients. */
  paths: readonly string[];
  /** `probe`: anybody, from any host; `public`: anybody; else one of these roles. */
  access: 'probe' | 'public' | readonly Role[];
  /** For the OpenAPI document. */
  summary: string;
  query?: readonly QueryParameter[];
  /** Reads the raw body and answers on the raw response itself. */
  raw?: true;
  /** The value is sent as JSON; nothing is sent where the handler answered by itself. */
  handle(context: RouteContext): unknown;
}
