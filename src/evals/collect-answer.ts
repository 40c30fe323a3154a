import type { ToolCallPart } from '../contracts/chat-request.ts';
import { AppError } from '../contracts/errors.ts';
import type { Answer } from '../contracts/evaluation.ts';
import type { StreamPart } from '../contracts/stream-part.ts';
import type { FinishReason } from '../contracts/vocabulary.ts';

/**
 * The whole answer of a stream's first choice. An answer whose stream broke off has `finish: null`, whatever came before.
 * @throws AppError where the vendor reported an error under way
 */
export async function collectAnswer(parts: AsyncIterable<StreamPart>): Promise<Answer> {
  let text = '';
  let finish: FinishReason | null = null;
  let ended = false;
  let refused = false;
  const calls = new Map<number, ToolCallPart>();
  for await (const part of parts) {
    if ('choice' in part && part.choice !== 0) continue;
    switch (part.type) {
      case 'text-delta':
        text += part.newBlock === true && text !== '' ? `\n\n${part.text}` : part.text;
        break;
      case 'refusal-delta':
        text += part.text;
        refused = true;
        break;
      case 'tool-call-start':
        calls.set(part.index, { type: 'tool-call', id: part.id, name: part.name, arguments: '' });
        break;
      case 'tool-call-delta': {
        const call = calls.get(part.index);
        if (call !== undefined) call.arguments += part.text;
        break;
      }
      case 'finish':
        finish = part.reason;
        break;
      case 'error':
        throw new AppError(part.code, 'The model stopped with an error.');
      case 'end':
        ended = true;
        break;
      default:
      // Reasoning, media, usage and pings are no part of what is scored.
    }
  }
  const refusalSignal = refused || finish === 'refusal' || finish === 'content_filter';
  return { text, toolCalls: [...calls.values()], finish: ended ? finish : null, refusalSignal };
}
