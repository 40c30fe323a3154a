import type { AssistantPart, Turn } from '../contracts/chat-request.ts';
import type { SampleInput } from '../contracts/evaluation.ts';
import type { SpokenTurn } from '../contracts/review.ts';

/** What somebody reads of a part; reasoning is no part of what anybody judges. */
function writtenPart(part: AssistantPart): string {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return part.text;
    case 'tool-call':
      return `${part.name}(${part.arguments})`;
    case 'reasoning':
      return '';
    default:
      return `[${part.type}]`;
  }
}

const written = (parts: readonly AssistantPart[]): string =>
  parts
    .map(writtenPart)
    .filter((text) => text !== '')
    .join('\n');

const textOf = (turn: Turn): string =>
  turn.role === 'tool' ? turn.results.map(({ parts }) => written(parts)).join('\n') : written(turn.parts);

/** The turns of a sample as people and judges read them, with what was called and what came back; empty ones are left out. */
export const conversationOf = ({ turns }: Pick<SampleInput, 'turns'>): SpokenTurn[] =>
  turns.flatMap((turn) => {
    const text = textOf(turn);
    return text === '' ? [] : [{ role: turn.role, text }];
  });

/** The same as one text: the words alone where there is one turn, else each turn under its role. */
export const conversationText = (turns: readonly SpokenTurn[]): string =>
  turns.length === 1 ? (turns[0]?.text ?? '') : turns.map(({ role, text }) => `[${role}]\n${text}`).join('\n\n');
