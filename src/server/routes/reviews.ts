import { AppError } from '../../contracts/errors.ts';
import { parseDraft, parseJudgeRequest, parseReviewRequest, parseVote } from '../../contracts/review.ts';
import type { ControlRoute, RouteContext } from '../route-definition.ts';

const boardOf = async ({ app }: RouteContext) => (await app.evaluations()).reviews;
const idOf = ({ request }: RouteContext): string => (request.params as { id: string }).id;

/** The token of a reviewer's link. It is no key: it opens this one review for this one person. */
function tokenOf({ request }: RouteContext): string {
  const token = /^bearer (rev_\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token !== undefined) return token;
  throw new AppError('missing_api_key', 'Send the token of your link as `Authorization: Bearer <token>`.');
}

export const createReviewRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/reviews'],
  access: ['admin'],
  summary: 'Sets up a blind review of runs; the links of its reviewers are shown in this answer and never again',
  handle: async (context) => {
    const created = (await boardOf(context)).create(parseReviewRequest(context.request.body), context.caller.actor);
    context.reply.code(201);
    return created;
  },
};

export const listReviewsRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/reviews'],
  access: ['admin', 'auditor'],
  summary: 'Blind reviews, newest first',
  handle: async (context) => ({ reviews: (await boardOf(context)).list() }),
};

export const reviewRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/reviews/:id'],
  access: ['admin', 'auditor'],
  summary: 'How far a review is and how much its reviewers agree; not who is better',
  handle: async (context) => (await boardOf(context)).progress(idOf(context)),
};

export const reviewResultRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/reviews/:id/result'],
  access: ['admin', 'auditor'],
  summary: 'What a review came to, once it is unblinded',
  handle: async (context) => (await boardOf(context)).result(idOf(context)),
};

export const unblindReviewRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/reviews/:id/unblind'],
  access: ['admin'],
  summary: 'Opens the seal of a review for good and on record: who wrote what, who is better',
  handle: async (context) => {
    const { reason } = (context.request.body ?? {}) as { reason?: unknown };
    const text = typeof reason === 'string' ? reason : '';
    return (await boardOf(context)).unblind(idOf(context), text, context.caller.actor);
  },
};

export const judgeReviewRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/reviews/:id/judge'],
  access: ['admin'],
  summary: 'Begins to have a deployment judge the same masked pairs, to be compared with the experts; follow the work',
  handle: async (context) => {
    const wanted = parseJudgeRequest(context.request.body);
    const desk = await context.app.evaluations();
    const started = desk.work.start(desk.reviews.judge(idOf(context), wanted, context.caller.actor));
    context.reply.code(202);
    return started;
  },
};

export const reviewDeskRoute: ControlRoute = {
  method: 'GET',
  paths: ['/api/review'],
  access: 'public',
  summary: 'What a reviewer judges next, or `?item=` where that is open; needs the token of a link',
  handle: async (context) => {
    const { item } = context.request.query as { item?: unknown };
    return (await boardOf(context)).desk(tokenOf(context), typeof item === 'string' ? item : null);
  },
};

export const reviewVoteRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/review/votes'],
  access: 'public',
  summary: 'A reviewer judges an item; answers with the next one',
  handle: async (context) => (await boardOf(context)).vote(tokenOf(context), parseVote(context.request.body)),
};

export const reviewDraftRoute: ControlRoute = {
  method: 'POST',
  paths: ['/api/review/drafts'],
  access: 'public',
  summary: 'Keeps what a reviewer has begun',
  handle: async (context) => {
    (await boardOf(context)).draft(tokenOf(context), parseDraft(context.request.body));
    return { saved: true };
  },
};
