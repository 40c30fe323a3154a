import type { CallSettlement } from '../contracts/call.ts';
import type { PlanEvidence } from '../contracts/decision.ts';
import type { EnsembleRun, Screen, VerifiedAnswer } from '../contracts/ensemble.ts';
import { AppError } from '../contracts/errors.ts';
import type { StreamPart } from '../contracts/stream-part.ts';
import type { FinishReason } from '../contracts/vocabulary.ts';

/** A member's answer that may be chosen. */
export interface Candidate extends VerifiedAnswer {
  /** A, B, ...: what it is called where nobody is to know whose it is. */
  id: string;
  model: string;
  maker: string;
  deployment: string;
  /** As it came, to be passed on word for word. */
  parts: readonly StreamPart[];
  settlement: CallSettlement;
  /** Of its deployment in the request's cell. */
  evidence: PlanEvidence | null;
  /** What somebody who judges may see of it. */
  shown: string;
  /** Classes of data that detection found in it. */
  dataClasses: readonly string[];
}

/** What an answer says, read from its parts. */
export interface ReadAnswer extends VerifiedAnswer {
  finish: FinishReason | null;
  /** The model declined, in its own words or by a filter. */
  refused: boolean;
  /** It ended as it should. */
  ended: boolean;
  /** It holds something besides text and calls: images, speech. */
  hasMedia: boolean;
}

type GrowingCall = { id: string; name: string; arguments: string; custom?: boolean };

/** The first choice of an answer: ensembles ask for one. */
export function readAnswer(parts: readonly StreamPart[]): ReadAnswer {
  let text = '';
  let finish: FinishReason | null = null;
  let refusal = false;
  let ended = false;
  let hasMedia = false;
  const calls = new Map<number, GrowingCall>();
  for (const part of parts) {
    switch (part.type) {
      case 'text-delta':
        text += part.newBlock === true && text !== '' ? `\n\n${part.text}` : part.text;
        break;
      case 'refusal-delta':
        refusal = true;
        text += part.text;
        break;
      case 'tool-call-start': {
        const { id, name, custom } = part;
        calls.set(part.index, { id, name, arguments: '', ...(custom === undefined ? {} : { custom }) });
        break;
      }
      case 'tool-call-delta': {
        const call = calls.get(part.index);
        if (call !== undefined) call.arguments += part.text;
        break;
      }
      case 'media-delta':
        hasMedia = true;
        break;
      case 'finish':
        finish = part.reason;
        break;
      case 'end':
        ended = true;
        break;
      default:
      // Thoughts, usage and pings are no part of what is weighed.
    }
  }
  const refused = refusal || finish === 'refusal' || finish === 'content_filter';
  return { text, toolCalls: [...calls.values()], finish, refused, ended, hasMedia };
}

/** What of a text somebody else may see; null: it could not be searched, and then nobody does. */
export async function screenedBy({ screen }: EnsembleRun, said: string): Promise<Awaited<ReturnType<Screen>> | null> {
  try {
    return await screen(said);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** Text and calls as one text, for whoever judges. */
export function asText({ text, toolCalls }: VerifiedAnswer): string {
  const calls = toolCalls.map((call) => `Tool call: ${call.name}(${call.arguments.trim() || '{}'})`);
  return [text, ...calls].filter((piece) => piece.trim() !== '').join('\n');
}
