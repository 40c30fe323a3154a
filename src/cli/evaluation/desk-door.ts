import type { App } from '../../app.ts';
import type { RunFeed } from '../../contracts/evaluation-events.ts';
import type { RunRequest, SampleRequest } from '../../contracts/evaluation-request.ts';
import type { ReviewRequest } from '../../contracts/review.ts';
import type { CommandContext } from '../context.ts';
import type { LiveOwner } from '../owner-client.ts';

/** Runs as commands see them, whether a server owns the data or this process does. */
export interface DeskDoor {
  start(request: RunRequest): Promise<{ run: string }>;
  resume(run: string): Promise<{ run: string }>;
  pause(run: string): Promise<void>;
  follow(run: string): AsyncIterable<RunFeed>;
  sample(request: SampleRequest): Promise<DrawnSample>;
  createReview(request: ReviewRequest): Promise<Reviews['created']>;
  listReviews(): Promise<Reviews['list']>;
  showReview(id: string): Promise<Reviews['progress']>;
  judgeReview(id: string, deployment: string): Promise<Reviews['progress']>;
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
    pause: async (run) => desk.pause(run),
    follow: (run) => desk.follow(run, new AbortController().signal),
    sample: (request) => desk.sample(request, ACTOR),
    createReview: async (request) => desk.reviews.create(request, ACTOR),
    listReviews: async () => desk.reviews.list(),
    showReview: async (id) => desk.reviews.progress(id),
    judgeReview: (id, deployment) => desk.reviews.judge(id, deployment, ACTOR),
    unblindReview: async (id, reason) => desk.reviews.unblind(id, reason, ACTOR),
    close,
  };
}

const reviewPath = (id: string): string => `/api/reviews/${encodeURIComponent(id)}`;

function ownersDoor(owner: LiveOwner): DeskDoor {
  const path = (run: string, rest: string): string => `/api/runs/${encodeURIComponent(run)}/${rest}`;
  return {
    start: async (request) => (await owner.request('POST', '/api/runs', request)) as { run: string },
    resume: async (run) => (await owner.request('POST', path(run, 'resume'), {})) as { run: string },
    pause: async (run) => void (await owner.request('POST', path(run, 'pause'), {})),
    follow: (run) => owner.lines(path(run, 'events')) as AsyncIterable<RunFeed>,
    sample: async (request) => (await owner.request('POST', '/api/samples', request)) as DrawnSample,
    createReview: async (request) => (await owner.request('POST', '/api/reviews', request)) as Reviews['created'],
    listReviews: async () => ((await owner.request('GET', '/api/reviews')) as { reviews: Reviews['list'] }).reviews,
    showReview: async (id) => (await owner.request('GET', reviewPath(id))) as Reviews['progress'],
    judgeReview: async (id, deployment) =>
      (await owner.request('POST', `${reviewPath(id)}/judge`, { deployment })) as Reviews['progress'],
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
