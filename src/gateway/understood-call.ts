import type { CallOptions } from '../contracts/call.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import { AppError } from '../contracts/errors.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { type CallContent, withContent } from './apply-detection.ts';
import { type CallParent, factsOfCall } from './call-facts.ts';
import type { FactsNow } from './current-facts.ts';
import type { GatewayWorld } from './gateway-world.ts';

/** An inner call as it came, with what was found in it. */
export interface CallAsked {
  request: ChatRequest;
  options: Omit<CallOptions, 'signal'>;
  parent: CallParent | null;
  /** What it says besides its parent. null: nothing, or nobody looks. */
  content: CallContent | null;
}

/** What it was last read under, and what came of that. */
interface Reading {
  gateway: GatewayWorld;
  ofParent: RequestFacts | null;
  facts: RequestFacts;
}

const parentIsGone = (): AppError =>
  new AppError('denied_by_policy', 'Use case or key of the request on whose behalf this is called is gone.');

/**
 * An inner call whose texts have been searched. It may live for minutes: what configuration, use case and key say of it is
 * read again whenever one of them was replaced.
 */
export class UnderstoodCall {
  readonly #asked: CallAsked;
  readonly #world: () => GatewayWorld;
  #reading: Reading | null = null;

  constructor(asked: CallAsked, world: () => GatewayWorld) {
    this.#asked = asked;
    this.#world = world;
  }

  /** Its facts of this moment; the same object as long as nothing was replaced. @throws AppError where it may not be made */
  read(): RequestFacts {
    const { request, options, parent, content } = this.#asked;
    const gateway = this.#world();
    const ofParent = parent?.factsNow() ?? null;
    if (ofParent === null && parent !== null) throw parentIsGone();
    const reading = this.#reading;
    if (reading !== null && reading.gateway === gateway && reading.ofParent === ofParent) return reading.facts;
    const within = parent === null || ofParent === null ? null : { chat: parent.chat, facts: ofParent };
    const asked = factsOfCall(request, options, within, gateway);
    const facts = content === null ? asked : withContent(asked, content, gateway);
    this.#reading = { gateway, ofParent, facts };
    return facts;
  }

  readonly factsNow: FactsNow = () => {
    try {
      return this.read();
    } catch (error) {
      // Whoever could not make the call now may not go on with it either.
      if (error instanceof AppError) return null;
      throw error;
    }
  };
}
