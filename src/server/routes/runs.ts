import { AppError } from '../../contracts/errors.ts';
import { parseRunRequest, parseSampleRequest } from '../../contracts/evaluation-request.ts';
import { gatheredLines } from '../gathered-lines.ts';
import type { ControlRoute, RouteContext } from '../route-definition.ts';

const idOf = ({ request }: RouteContext): string => (request.params as { id: string }).id;

/** Callers of this machine; a key that came over the network may not have files of the server read. */
const LOCAL = new Set(['socket', 'open']);

/** One JSON object a line, until whoever reads is gone. */
function sendLines(
  { request, reply }: RouteContext,
  follow: (gone: AbortSignal) => AsyncIterable<unknown>,
): RouteContext['reply'] {
  const gone = new AbortController();
  request.raw.once('close', () => gone.abort());
  return reply.type('application/x-ndjson').send(gatheredLines(follow(gone.signal)));
}

export const startRunRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/runs'],
  access: ['admin'],
  summary: 'Begins an evaluation of a deployment; it goes on by itself',
  handle: async ({ app, caller, request, reply }) => {
    const wanted = parseRunRequest(request.body);
    if ((wanted.data !== undefined || wanted.file !== undefined) && !LOCAL.has(caller.actor)) {
      throw new AppError('role_not_allowed', 'Files are read for commands on this machine only; name a kept suite.');
    }
    const started = await (await app.evaluations()).start(wanted, caller.actor);
    reply.code(202);
    return started;
  },
};

export const listRunsRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/runs'],
  access: ['admin', 'auditor'],
  summary: 'Evaluation runs, newest first',
  handle: async ({ app }) => ({ runs: (await app.evaluations()).list() }),
};

export const runRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/runs/:id'],
  access: ['admin', 'auditor'],
  summary: 'One run: its plan, where each sample ended, rates with their denominators',
  handle: async (context) => {
    const { run, plan, done, counts, rates, modelVersions, sandbox } = (await context.app.evaluations()).result(
      idOf(context),
    );
    return { run, plan, stopped: done?.stopped ?? null, counts, rates, model_versions: modelVersions, sandbox };
  },
};

export const runEventsRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/runs/:id/events'],
  access: ['admin', 'auditor'],
  summary: 'A run as it goes on: one JSON object a line, from its first event to the last',
  handle: async (context) => {
    const desk = await context.app.evaluations();
    return sendLines(context, (gone) => desk.follow(idOf(context), gone));
  },
};

export const workEventsRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/work/:id/events'],
  access: ['admin', 'auditor'],
  summary: 'Work in the background as it goes on: one JSON object a line, the last is its result',
  handle: async (context) => {
    const desk = await context.app.evaluations();
    return sendLines(context, (gone) => desk.work.follow(idOf(context), gone));
  },
};

export const pauseRunRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/runs/:id/pause'],
  access: ['admin'],
  summary: 'Lets a run ask for no more; what is under way arrives',
  handle: async (context) => {
    const run = (await context.app.evaluations()).pause(idOf(context));
    return { run, paused: true };
  },
};

export const resumeRunRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/runs/:id/resume'],
  access: ['admin'],
  summary: 'Goes on with a run that was paused, stopped by its budget, or killed',
  handle: async (context) => {
    const started = await (await context.app.evaluations()).resume(idOf(context), context.caller.actor);
    context.reply.code(202);
    return started;
  },
};

export const drawSampleRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/samples'],
  access: ['admin'],
  summary: "Begins to draw a sample of a use case's kept requests; follow the work, whose result names the suite",
  handle: async ({ app, caller, request, reply }) => {
    const wanted = parseSampleRequest(request.body);
    const desk = await app.evaluations();
    reply.code(202);
    return desk.work.start((tell) => desk.sample(wanted, caller.actor, tell));
  },
};

export const listSuitesRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/suites'],
  access: ['admin', 'auditor'],
  summary: 'Suites that are kept here, newest first, without their samples',
  handle: async ({ app }) => ({ suites: (await app.evaluations()).suites.list() }),
};
