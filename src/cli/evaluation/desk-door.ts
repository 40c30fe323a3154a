import type { App } from '../../app.ts';
import { AppError, ERRORS, type ErrorCode } from '../../contracts/errors.ts';
import type { RunFeed, WorkFeed, WorkProgress } from '../../contracts/evaluation-events.ts';
import type { RunRequest, SampleRequest } from '../../contracts/evaluation-request.ts';
import type { JudgeRequest, ReviewRequest } from '../../contracts/review.ts';
import type { CommandContext } from '../context.ts';
import type { LiveOwner } from '../owner-client.ts';

type Tell = (progress: WorkProgress) => void;

/** Runs as commands see them, whether a server owns the data or this process does. */
export interface DeskDoor {
  start(request: RunRequest): Promise<{ run: string }>;
  resume(run: string): Promise<{ run: string }>;
  pause(run: string): Promise<void>;
  follow(run: string): AsyncIterable<RunFeed>;
  sample(request: SampleRequest, tell: Tell): Promise<DrawnSample>;
  createReview(request: ReviewRequest): Promise<Reviews['created']>;
  listReviews(): Promise<Reviews['list']>;
  showReview(id: string): Promise<Reviews['progress']>;
  judgeReview(id: string, request: JudgeRequest, tell: Tell): Promise<Reviews['progress']>;
  unblindReview(id: string, reason: string): Promise<Reviews['result']>;
  close(): Promise<void>;
}

const ACTOR = 'cli';

type EvaluationDesk = Awaited<ReturnType<App['evaluations']>>;
type Board = EvaluationDesk['reviews'];
interface Reviews {
  created: ReturnType<Board['create']>;
  list: ReturnType<Board['list']>;
  progress: ReturnType<Board['progress']>;
  result: ReturnType<Board['unblind']>;
}
type DrawnSample = Awaited<ReturnType<EvaluationDesk['sample']>>;

function ownDoor(desk: EvaluationDesk, close: () => Promise<void>): DeskDoor {
  return {
    start: (request) => desk.start(request, ACTOR),
    resume: (run) => desk.resume(run, ACTOR),
    pause: async (run) => void desk.pause(run),
    follow: (run) => desk.follow(run, new AbortController().signal),
    sample: (request, tell) => desk.sample(request, ACTOR, tell),
    createReview: async (request) => desk.reviews.create(request, ACTOR),
    listReviews: async () => desk.reviews.list(),
    showReview: async (id) => desk.reviews.progress(id),
    judgeReview: async (id, request, tell) => {
      const { work } = desk.work.start(desk.reviews.judge(id, request, ACTOR));
      return (await resultOf(desk.work.follow(work, new AbortController().signal), tell)) as Reviews['progress'];
    },
    unblindReview: async (id, reason) => desk.reviews.unblind(id, reason, ACTOR),
    close,
  };
}

/** Follows work in the background to its end. @throws AppError that it failed with */
async function resultOf(events: AsyncIterable<WorkFeed>, tell: Tell): Promise<unknown> {
  for await (const event of events) {
    if (event.event === 'progress') tell(event);
    else if (event.event === 'result') return event.result;
    else throw new AppError(event.code in ERRORS ? (event.code as ErrorCode) : 'internal', event.message);
  }
  throw new AppError('internal', 'The work ended without a result.');
}

const reviewPath = (id: string): string => `/api/reviews/${encodeURIComponent(id)}`;

function ownersDoor(owner: LiveOwner): DeskDoor {
  const work = async (begin: string, body: object, tell: Tell): Promise<unknown> => {
    const { work: id } = (await owner.request('POST', begin, body)) as { work: string };
    return await resultOf(owner.lines(`/api/work/${encodeURIComponent(id)}/events`) as AsyncIterable<WorkFeed>, tell);
  };
  const path = (run: string, rest: string): string => `/api/runs/${encodeURIComponent(run)}/${rest}`;
  return {
    start: async (request) => (await owner.request('POST', '/api/runs', request)) as { run: string },
    resume: async (run) => (await owner.request('POST', path(run, 'resume'), {})) as { run: string },
    pause: async (run) => void (await owner.request('POST', path(run, 'pause'), {})),
    follow: (run) => owner.lines(path(run, 'events')) as AsyncIterable<RunFeed>,
    sample: async (request, tell) => (await work('/api/samples', request, tell)) as DrawnSample,
    createReview: async (request) => (await owner.request('POST', '/api/reviews', request)) as Reviews['created'],
    listReviews: async () => ((await owner.request('GET', '/api/reviews')) as { reviews: Reviews['list'] }).reviews,
    showReview: async (id) => (await owner.request('GET', reviewPath(id))) as Reviews['progress'],
    judgeReview: async (id, request, tell) =>
      (await work(`${reviewPath(id)}/judge`, request, tell)) as Reviews['progress'],
    unblindReview: async (id, reason) =>
      (await owner.request('POST', `${reviewPath(id)}/unblind`, { reason })) as Reviews['result'],
    close: async () => undefined,
  };
}

/**
 * The desk of the server that owns the data folder, else one of this process, which owns it meanwhile.
 * @throws AppError config_invalid
 */
export async function openDoor(
  configPath: string | undefined,
  context: CommandContext,
): Promise<{ door: DeskDoor; dataDir: string }> {
  const { loadOrFail } = await import('../load-or-fail.ts');
  const { loaded, source } = loadOrFail(configPath, context);
  const { dataDir } = loaded.paths;
  const { findLiveOwner } = await import('../owner-client.ts');
  const owner = findLiveOwner(dataDir);
  if (owner !== null) return { door: ownersDoor(owner), dataDir };
  const { createApp } = await import('../../app.ts');
  const app = await createApp({ loaded, source, env: context.env, logLevel: 'warn', adminSocket: null });
  const desk = await app.evaluations();
  return { door: ownDoor(desk, () => app.close()), dataDir };
}
