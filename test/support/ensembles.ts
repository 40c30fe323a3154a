import type { Ensemble } from '../../src/contracts/ensemble.ts';
import { chatCompletion, chatReply, chatStream } from './upstream/openai-replies.ts';
import type { Responder } from './upstream/scripted-upstream.ts';

/** An ensemble of a test; everything that is left out is as in a configuration that says nothing of it. */
export const testEnsemble = (given: Partial<Ensemble> = {}): Ensemble => ({
  name: 'review',
  strategy: 'select_best',
  members: ['maker/one', 'other/two'],
  arbiters: ['judge/three'],
  quorum: 1,
  belowQuorum: 'error',
  maxCostUsd: null,
  memberDeadlineMs: null,
  deadlineMs: null,
  rubric: [],
  vote: { form: 'auto', labels: [] },
  ...given,
});

/** What an arbiter was asked to compare. */
export interface Asked {
  first: string;
  second: string;
  prompt: string;
  nonce: string;
}

/** What stands in a prompt between the marks of one name. */
const between = (prompt: string, name: string): string =>
  new RegExp(`<<${name} (\\w+)>>\\n([\\s\\S]*?)\\n<<END ${name} \\1>>`).exec(prompt)?.[2] ?? '';

interface Body {
  stream?: boolean;
  messages: { role: string; content: unknown }[];
}

export function questionOf(body: unknown): Asked {
  const prompt = String((body as Body).messages.at(-1)?.content);
  return {
    prompt,
    nonce: /<<REQUEST (\w+)>>/.exec(prompt)?.[1] ?? '',
    first: between(prompt, 'FIRST ANSWER'),
    second: between(prompt, 'SECOND ANSWER'),
  };
}

/** An arbiter that reasons by a function of what it sees, and writes `synthesis` when it is asked to. */
export function arbiter(judge: (asked: Asked) => string, synthesis = 'Both together.'): Responder {
  return (call) => {
    const body = call.json() as Body;
    const asked = questionOf(body);
    const isComparison = asked.prompt.includes('VERDICT');
    const said = isComparison ? `1. Fine.\nVERDICT ${asked.nonce}: ${judge(asked)}` : synthesis;
    return body.stream === true ? chatStream({ deltas: [said] }) : chatCompletion({ content: said });
  };
}

/** A model that always says the same. */
export const says = (text: string, usage?: { prompt: number; completion: number }): Responder =>
  usage === undefined
    ? chatReply({ content: text, deltas: text === '' ? [] : [text] })
    : chatStream({
        deltas: [text],
        usageValue: {
          prompt_tokens: usage.prompt,
          completion_tokens: usage.completion,
          total_tokens: usage.prompt + usage.completion,
        },
      });
