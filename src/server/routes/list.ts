import type { RouteDefinition } from '../route-definition.ts';
import { chatCompletionsRoute } from './chat-completions.ts';
import { claimsRoute } from './claims.ts';
import { countTokensRoute } from './count-tokens.ts';
import { deploymentsRoute } from './deployments.ts';
import { embeddingsRoute } from './embeddings.ts';
import { evidenceRoute, promoteEvidenceRoute, rollbackEvidenceRoute } from './evidence.ts';
import { feedbackRoute } from './feedback.ts';
import { healthzRoute, readyzRoute } from './health.ts';
import { createKeyRoute, listKeysRoute, revokeKeyRoute } from './keys.ts';
import { messagesRoute } from './messages.ts';
import { metricsRoute } from './metrics.ts';
import { modelRoute, modelsRoute } from './models.ts';
import { openApiRoute } from './openapi.ts';
import { pageFileRoute, pageRoute } from './page.ts';
import { receiptRoute } from './receipt.ts';
import { eraseBodyRoute, receiptBodyRoute } from './receipt-body.ts';
import { requestsRoute } from './requests.ts';
import { responsesRoute } from './responses.ts';
import { reviewPageFileRoute, reviewPageRoute } from './review-page.ts';
import {
  createReviewRoute,
  judgeReviewRoute,
  listReviewsRoute,
  reviewDeskRoute,
  reviewDraftRoute,
  reviewResultRoute,
  reviewRoute,
  reviewVoteRoute,
  unblindReviewRoute,
} from './reviews.ts';
import { routeRoute } from './route.ts';
import {
  drawSampleRoute,
  listRunsRoute,
  listSuitesRoute,
  pauseRunRoute,
  resumeRunRoute,
  runEventsRoute,
  runRoute,
  startRunRoute,
  workEventsRoute,
} from './runs.ts';
import { listSigningKeysRoute, rotateSigningKeyRoute } from './signing-key.ts';

/** Every route of the server. What is not here does not exist. */
export const ROUTES: readonly RouteDefinition[] = [
  chatCompletionsRoute,
  messagesRoute,
  countTokensRoute,
  embeddingsRoute,
  modelsRoute,
  modelRoute,
  responsesRoute,
  routeRoute,
  receiptRoute,
  receiptBodyRoute,
  eraseBodyRoute,
  listSigningKeysRoute,
  rotateSigningKeyRoute,
  requestsRoute,
  deploymentsRoute,
  listRunsRoute,
  startRunRoute,
  runRoute,
  runEventsRoute,
  pauseRunRoute,
  resumeRunRoute,
  drawSampleRoute,
  workEventsRoute,
  listSuitesRoute,
  evidenceRoute,
  promoteEvidenceRoute,
  rollbackEvidenceRoute,
  listReviewsRoute,
  createReviewRoute,
  reviewRoute,
  reviewResultRoute,
  unblindReviewRoute,
  judgeReviewRoute,
  reviewDeskRoute,
  reviewVoteRoute,
  reviewDraftRoute,
  claimsRoute,
  feedbackRoute,
  listKeysRoute,
  createKeyRoute,
  revokeKeyRoute,
  healthzRoute,
  readyzRoute,
  metricsRoute,
  openApiRoute(() => ROUTES),
  pageRoute,
  pageFileRoute,
  reviewPageRoute,
  reviewPageFileRoute,
];
