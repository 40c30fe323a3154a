import { isRecord } from '../members.ts';

/** Says nothing and is not empty, which would be refused. */
const ANSWER = { role: 'assistant', content: '…' } as const;

const hasRole = (message: unknown, role: string): boolean => isRecord(message) && message.role === role;

/** Whether the user speaks right after results of tools anywhere. */
export const hasUnansweredResults = (messages: readonly unknown[]): boolean =>
  messages.some((message, place) => hasRole(message, 'user') && hasRole(messages[place - 1], 'tool'));

/**
 * The messages with something of the model between results of tools and what the user says, for upstreams that demand it
 * (Mistral: `Unexpected role 'user' after role 'tool'`, github.com/datapizza-labs/datapizza-ai/issues/98). Agents of
 * Anthropic's dialect put both into one turn.
 */
export const answeredResults = (messages: readonly unknown[]): unknown[] =>
  messages.flatMap((message, place) =>
    hasRole(message, 'user') && hasRole(messages[place - 1], 'tool') ? [ANSWER, message] : [message],
  );
