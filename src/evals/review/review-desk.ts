import { randomBytes } from 'node:crypto';
import type { Call } from '../../contracts/call.ts';
import { AppError } from '../../contracts/errors.ts';
import type { Sample } from '../../contracts/evaluation.ts';
import type {
  BlindItem,
  JudgeRequest,
  ReviewDesk,
  ReviewDraft,
  ReviewRequest,
  VoteRequest,
} from '../../contracts/review.ts';
import { constantTimeEqual, sha256Hex } from '../../lib/hash.ts';
import { createIds } from '../../lib/ids.ts';
import { isoTime } from '../../lib/iso-time.ts';
import { createSeededRandom } from '../../lib/seeded-random.ts';
import { conversationOf } from '../conversation.ts';
import type { Work } from '../desk/background.ts';
import type { RunResult } from '../results/run-result.ts';
import { createMask } from './mask.ts';
import { judgeItems } from './review-judge-work.ts';
import { progressOf, type ReviewProgress, type ReviewResult, resultOf } from './review-result.ts';
import {
  listReviews,
  type Reviewer,
  ReviewFolder,
  type ReviewHead,
  type Seal,
  type SealedItem,
  type StoredItem,
  type Vote,
} from './review-store.ts';
import { isTurned } from './side.ts';

export interface ReviewPorts {
  directory: string;
  now(): number;
  /** Names of models and makers that must not be read. */
  names(): readonly string[];
  /** A run with its answers, and its samples. @throws AppError not_found */
  read(run: string): { result: RunResult; samples: readonly Sample[] };
  record(event: string, actor: string, details: Record<string, unknown>): void;
  call: Call;
}

export interface CreatedReview extends ReviewHead {
  /** Shown once: only digests of the tokens are kept. */
  links: readonly { reviewer: string; path: string }[];
}

/** Token: which review and who, then a secret. */
const TOKEN = /^(rev_[0-9A-Z]{26})\.([\w-]{43})$/;

/** Blind review: what admins set up and what reviewers do. */
export class ReviewBoard {
  readonly #ports: ReviewPorts;
  readonly #newId;
  /** Reviews that a model is judging now. */
  readonly #judging = new Set<string>();

  constructor(ports: ReviewPorts) {
    this.#ports = ports;
    this.#newId = createIds('rev_', { nowMs: () => ports.now() });
  }

  /** @throws AppError not_found, invalid_request where runs do not belong together or nothing can be shown */
  create(request: ReviewRequest, actor: string): CreatedReview {
    const runs = request.runs.map((run) => this.#ports.read(run));
    const plans = runs.map(({ result }) => result.plan);
    if (new Set(plans.map(({ suite_hash: hash }) => hash)).size > 1) {
      throw new AppError(
        'invalid_request',
        'These runs are of different suites: their answers cannot be set side by side.',
      );
    }
    const mask = createMask([
      ...this.#ports.names(),
      ...plans.flatMap(({ model, upstream_model: upstream, deployment }) => [model ?? '', upstream ?? '', deployment]),
    ]);
    const secret = randomBytes(32).toString('hex');
    const { items, sealed } = this.#itemsOf(request, runs, mask, secret);
    const seal: Seal = { secret, items: sealed };
    const sealText = JSON.stringify(seal);
    const review = this.#newId();
    const head: ReviewHead = {
      review,
      kind: request.kind,
      criteria: request.criteria,
      raters_per_item: request.raters_per_item,
      created_at: isoTime(this.#ports.now()),
      created_by: actor,
      suite: plans[0]?.suite ?? '',
      runs: runs.map(({ result }) => result.run),
      items: items.length,
      gold: sealed.filter(({ gold }) => gold).length,
      seal: sha256Hex(sealText),
      use_case: useCaseOf(plans),
      sandbox: runs.some(({ result }) => result.sandbox),
      // Planned separately: what matters less counts for both.
      margin: Math.min(...plans.map(({ margin }) => margin)),
      unblinded: null,
    };
    const tokens = request.reviewers.map((reviewer) => ({
      reviewer,
      token: `${review}.${randomBytes(32).toString('base64url')}`,
    }));
    const reviewers = tokens.map(({ reviewer, token }): Reviewer => ({ reviewer, token_hash: sha256Hex(token) }));
    new ReviewFolder(this.#ports.directory, review).create(head, items, sealText, reviewers);
    const { seal: digest } = head;
    this.#ports.record('review_created', actor, {
      review,
      runs: runs.map(({ result }) => result.run),
      items: items.length,
      reviewers: request.reviewers,
      seal: digest,
    });
    // Behind the hash sign: a browser sends it nowhere, so it is in no log.
    return { ...head, links: tokens.map(({ reviewer, token }) => ({ reviewer, path: `/review#${token}` })) };
  }

  #itemsOf(
    request: ReviewRequest,
    runs: readonly { result: RunResult; samples: readonly Sample[] }[],
    mask: (text: string) => string,
    secret: string,
  ): { items: StoredItem[]; sealed: SealedItem[] } {
    const samples = new Map((runs[0]?.samples ?? []).map((sample) => [sample.id, sample]));
    const answers = runs.map(
      ({ result }) => new Map(result.samples.map(({ sample, answer }) => [sample, answer?.text ?? ''])),
    );
    const shown = [...samples.keys()].filter((id) => answers.every((of) => (of.get(id) ?? '') !== ''));
    const random = createSeededRandom(request.seed);
    const chosen = random.shuffle(shown).slice(0, request.size);
    if (chosen.length === 0) throw new AppError('invalid_request', 'No sample has an answer in each of these runs.');
    const drawn = chosen.flatMap((id) => {
      const asked = askedIn(samples.get(id) as Sample, mask);
      const texts = answers.map((of) => mask(of.get(id) as string));
      if (request.kind === 'pairwise') return [{ ...asked, texts, sample: id, of: [0, 1], gold: false }];
      return texts.map((text, run) => ({ ...asked, texts: [text], sample: id, of: [run], gold: false }));
    });
    const gold = request.gold.map(({ question, better, worse }, index) => ({
      ...{ question: mask(question), texts: [mask(better), mask(worse)] },
      ...{ sample: `gold/${index}`, of: [0, 1], gold: true },
    }));
    // By the secret: from a seed that is known, the number of an item would tell whose text it is, and which are gold.
    const all = createSeededRandom(secret).shuffle([...drawn, ...gold]);
    return {
      items: all.map(({ gold, sample, of, ...shown }, index) => ({ item: `item-${index + 1}`, ...shown })),
      sealed: all.map(({ gold: isGold, sample, of }, index) => ({
        item: `item-${index + 1}`,
        gold: isGold,
        sample,
        of,
      })),
    };
  }

  /** What a token's reviewer sees now: `item` where it is open to them, else what comes next. @throws AppError invalid_api_key */
  desk(token: string, item: string | null = null): ReviewDesk {
    const { folder, reviewer, head } = this.#enter(token);
    const open = openItems(folder, head, reviewer);
    const votes = folder.votes().filter((vote) => vote.reviewer === reviewer);
    const next = open.find((each) => each.item === item) ?? open[0];
    return {
      ...{ review: head.review, kind: head.kind, criteria: head.criteria, reviewer },
      done: new Set(votes.map(({ item }) => item)).size,
      left: open.length,
      sandbox: head.sandbox,
      open: open.map((each) => each.item),
      next: next === undefined ? null : this.#blind(folder, next, reviewer),
    };
  }

  #blind(folder: ReviewFolder, { item, question, conversation, texts }: StoredItem, reviewer: string): BlindItem {
    const { secret } = JSON.parse(folder.sealText()) as Seal;
    const shown = isTurned(secret, reviewer, item) ? [...texts].reverse() : [...texts];
    const earlier = conversation?.slice(0, -1) ?? [];
    return { item, question, earlier, texts: shown, draft: folder.drafts()[`${reviewer}/${item}`] ?? null };
  }

  /** @throws AppError invalid_api_key, invalid_request */
  vote(token: string, { item, choice, scores = {}, comment }: VoteRequest): ReviewDesk {
    const { folder, reviewer, head } = this.#enter(token);
    if (head.unblinded !== null) throw new AppError('invalid_request', 'This review has been unblinded and is closed.');
    if (!folder.items().some((known) => known.item === item)) throw new AppError('not_found', 'There is no such item.');
    if (folder.votes().some((vote) => vote.reviewer === reviewer && vote.item === item)) {
      throw new AppError('invalid_request', 'You have judged this item already.');
    }
    const rated = head.kind === 'rubric';
    if (choice !== 'skip' && (choice === 'rated') !== rated)
      throw new AppError('invalid_request', 'This review takes another kind of vote.');
    if (rated && choice === 'rated' && head.criteria.some((criterion) => scores[criterion] === undefined)) {
      throw new AppError('invalid_request', 'Rate every criterion.');
    }
    folder.vote({ at: isoTime(this.#ports.now()), reviewer, item, choice, scores, comment });
    return this.desk(token);
  }

  /** Keeps what a reviewer has begun, so that nothing is lost when a page is closed. @throws AppError invalid_api_key */
  draft(token: string, draft: ReviewDraft): void {
    const { folder, reviewer } = this.#enter(token);
    if (!folder.items().some(({ item }) => item === draft.item)) {
      throw new AppError('not_found', 'There is no such item.');
    }
    folder.writeDrafts({ ...folder.drafts(), [`${reviewer}/${draft.item}`]: draft });
  }

  list(): ReviewHead[] {
    return listReviews(this.#ports.directory).map((id) => new ReviewFolder(this.#ports.directory, id).head());
  }

  /** How far it is and how much reviewers agree; not who is better. @throws AppError not_found */
  progress(id: string): ReviewProgress {
    const folder = new ReviewFolder(this.#ports.directory, id);
    return progressOf(folder.head(), sealOf(folder), folder.reviewers(), folder.votes(), folder.judge());
  }

  /** Opens the seal, for good and on record. @throws AppError not_found, invalid_request where the seal was changed */
  unblind(id: string, reason: string, actor: string): ReviewResult {
    const folder = new ReviewFolder(this.#ports.directory, id);
    const head = folder.head();
    if (reason.trim() === '') throw new AppError('invalid_request', 'Say why it is unblinded.');
    const seal = sealOf(folder);
    const unblinded = head.unblinded ?? { at: isoTime(this.#ports.now()), by: actor, reason };
    this.#ports.record('review_unblinded', actor, {
      review: id,
      reason,
      votes: folder.votes().length,
      seal: head.seal,
    });
    folder.writeHead({ ...head, unblinded });
    return resultOf({ ...head, unblinded }, seal, folder.reviewers(), folder.votes(), folder.judge());
  }

  /** @throws AppError invalid_request before it is unblinded */
  result(id: string): ReviewResult {
    const folder = new ReviewFolder(this.#ports.directory, id);
    const head = folder.head();
    if (head.unblinded === null) throw new AppError('invalid_request', 'This review is blind until it is unblinded.');
    return resultOf(head, sealOf(folder), folder.reviewers(), folder.votes(), folder.judge());
  }

  /**
   * Has a deployment judge the pairs of a review, masked as experts see them: it shows how far that judge can be trusted.
   * What it judged before is not paid again. The result of the work is the review's progress.
   * @throws AppError not_found, invalid_request, before anything begins
   */
  judge(id: string, { deployment, budget_usd: budget }: JudgeRequest, actor: string): Work {
    const folder = new ReviewFolder(this.#ports.directory, id);
    const { kind, criteria, use_case: useCase = null } = folder.head();
    if (kind !== 'pairwise') throw new AppError('invalid_request', 'Only pairs are judged by a model.');
    if (this.#judging.has(id)) throw new AppError('invalid_request', `A model is at work on ${id} already.`);
    const sealed = new Map(sealOf(folder).items.map((item) => [item.item, item]));
    const items = folder.items().filter(({ item }) => sealed.get(item)?.gold === false);
    this.#ports.record('review_judged', actor, {
      ...{ review: id, deployment, items: items.length, budget_usd: budget ?? null },
    });
    this.#judging.add(id);
    return async (tell, stop) => {
      try {
        const judged = await judgeItems(items, {
          ...{ call: this.#ports.call, deployment, criteria, useCase, budgetUsd: budget ?? null, tell, stop },
          before: folder.judgedBy(deployment).filter(({ won }) => won !== null),
          keep: (item) => folder.keepJudged(deployment, item),
        });
        const { costUsd: cost_usd, stopped } = judged;
        const at = isoTime(this.#ports.now());
        folder.writeJudge({ deployment, at, items: judged.items, cost_usd, stopped });
        return this.progress(id);
      } finally {
        this.#judging.delete(id);
      }
    };
  }

  #enter(token: string): { folder: ReviewFolder; reviewer: string; head: ReviewHead } {
    const id = TOKEN.exec(token)?.[1];
    const refused = new AppError('invalid_api_key', 'This link is not valid.');
    if (id === undefined || !listReviews(this.#ports.directory).includes(id)) throw refused;
    const folder = new ReviewFolder(this.#ports.directory, id);
    const hash = sha256Hex(token);
    const found = folder.reviewers().find(({ token_hash: known }) => constantTimeEqual(known, hash));
    if (found === undefined) throw refused;
    return { folder, reviewer: found.reviewer, head: folder.head() };
  }
}

/** What was sent, masked: names in a question or in an earlier answer would tell as much as in the answers. */
function askedIn(sample: Sample, mask: (text: string) => string): Pick<StoredItem, 'question' | 'conversation'> {
  const conversation = conversationOf(sample.input).map(({ role, text }) => ({ role, text: mask(text) }));
  const question = conversation.at(-1)?.text ?? '';
  return conversation.length > 1 ? { question, conversation } : { question };
}

/** Whose data the runs show. @throws AppError invalid_request where it is that of several: rules of both would hold */
function useCaseOf(plans: readonly { use_case: string | null }[]): string | null {
  const named = [...new Set(plans.map(({ use_case: useCase }) => useCase))];
  if (named.length > 1) throw new AppError('invalid_request', 'These runs are of different use cases.');
  return named[0] ?? null;
}

/** @throws AppError invalid_request where the file is not the one that was sealed */
function sealOf(folder: ReviewFolder): Seal {
  const text = folder.sealText();
  if (sha256Hex(text) !== folder.head().seal)
    throw new AppError('invalid_request', 'The seal of this review was broken.');
  return JSON.parse(text) as Seal;
}

/** Items that a reviewer may judge, in an order of their own: those that others have begun first, so that items get done. */
function openItems(
  folder: ReviewFolder,
  { raters_per_item: raters, review }: ReviewHead,
  reviewer: string,
): StoredItem[] {
  const votes = folder.votes();
  const byItem = Map.groupBy(votes, ({ item }) => item);
  const gold = new Set(
    (JSON.parse(folder.sealText()) as Seal).items.filter((item) => item.gold).map(({ item }) => item),
  );
  const count = ({ item }: StoredItem): number =>
    (byItem.get(item) ?? []).filter(({ choice }) => choice !== 'skip').length;
  const mine = (vote: Vote): boolean => vote.reviewer === reviewer;
  const open = folder
    .items()
    .filter((item) => !(byItem.get(item.item) ?? []).some(mine) && (gold.has(item.item) || count(item) < raters));
  return createSeededRandom(`${review} ${reviewer}`)
    .shuffle(open)
    .sort((left, right) => Math.min(1, count(right)) - Math.min(1, count(left)));
}
