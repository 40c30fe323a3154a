import type { SandboxChatRequest, SandboxTool } from './chat-request.ts';
import { exampleValue, subjectOf } from './example-value.ts';
import { SANDBOX_NOTICE } from './notice.ts';
import type { SandboxProfile, Skill } from './profiles.ts';
import { answerArithmetic } from './programs/arithmetic.ts';
import { answerChat } from './programs/chat.ts';
import { answerCode } from './programs/code-template.ts';
import { answerComparison } from './programs/comparison.ts';
import { answerExtraction } from './programs/extraction.ts';
import { chance, digestOf } from './seeded.ts';

/** A tool that the program wants called. */
export interface SandboxCall {
  /** Without the prefix that a dialect puts before it. */
  id: string;
  name: string;
  /** JSON text of an object. */
  arguments: string;
}

export interface SandboxAnswer {
  /** Thoughts before the answer, in pieces as below; empty where it was not asked to think. */
  thoughts: readonly string[];
  /** Pieces that a stream sends one by one; a token each, as far as usage is concerned. */
  pieces: readonly string[];
  calls: readonly SandboxCall[];
  /** Set where the program was told to refuse; there are no pieces then. */
  refusal: string | null;
  finishReason: 'stop' | 'length' | 'tool_calls' | 'content_filter';
  /** The stop text that ended the answer, or null. */
  stopSequence: string | null;
}

/** The programs look at no more of a prompt: they share the gateway's event loop. */
const CONSIDERED_CHARACTERS = 20_000;

const NOTHING: SandboxAnswer = {
  thoughts: [],
  pieces: [],
  calls: [],
  refusal: null,
  finishReason: 'stop',
  stopSequence: null,
};

const THOUGHTS = `${SANDBOX_NOTICE}. A fixed program has no thoughts; this text stands where a model would think.`;

/** What this program answers. A function of its arguments alone: the same request gets the same answer. */
export function composeAnswer(request: SandboxChatRequest, profile: SandboxProfile, seed: number): SandboxAnswer {
  const thoughts = request.thinking === 'off' ? [] : piecesOf(THOUGHTS);
  const tools = toolsToCall(request);
  if (tools.length > 0) {
    const calls = tools.map((tool) => callTool(tool, request, profile, seed));
    return { ...NOTHING, thoughts, calls, finishReason: 'tool_calls' };
  }
  const { text, stopSequence } = stopped(answerText(request, profile, seed), request);
  return limited({ ...NOTHING, thoughts, pieces: piecesOf(text), stopSequence }, request, profile);
}

function stopped(
  whole: string,
  { last, stop }: SandboxChatRequest,
): Pick<SandboxAnswer, 'stopSequence'> & { text: string } {
  let text = whole;
  let stopSequence: string | null = null;
  // A prefilled answer is continued: only what is missing is sent.
  if (last.role === 'assistant' && text.startsWith(last.text)) text = text.slice(last.text.length);
  for (const sequence of stop) {
    const at = text.indexOf(sequence);
    if (at < 0) continue;
    text = text.slice(0, at);
    stopSequence = sequence;
  }
  return { text, stopSequence };
}

/** Thoughts count against the limit, and come first. */
function limited(answer: SandboxAnswer, { maxTokens }: SandboxChatRequest, profile: SandboxProfile): SandboxAnswer {
  const limit = Math.min(maxTokens ?? profile.maxOutputTokens, profile.maxOutputTokens);
  if (answer.thoughts.length + answer.pieces.length <= limit) return answer;
  const thoughts = answer.thoughts.slice(0, limit);
  const pieces = answer.pieces.slice(0, limit - thoughts.length);
  return { ...answer, thoughts, pieces, finishReason: 'length', stopSequence: null };
}

/** Tokens of an answer as every dialect counts them, thoughts included. */
export function outputTokens({ thoughts, pieces, calls }: SandboxAnswer): number {
  const called = calls.reduce((sum, call) => sum + piecesOf(call.arguments).length + 2, 0);
  return thoughts.length + pieces.length + called;
}

/** A refusal as a model would make it: an answer, not an error. */
export const refusedAnswer = (): SandboxAnswer => ({ ...NOTHING, refusal: `${SANDBOX_NOTICE}. I was told to refuse.` });

/** The answer as a vendor's filter leaves it: cut in the middle. */
export const filteredAnswer = (answer: SandboxAnswer): SandboxAnswer => ({
  ...answer,
  pieces: answer.pieces.slice(0, Math.floor(answer.pieces.length / 2)),
  finishReason: 'content_filter',
});

function answerText(request: SandboxChatRequest, profile: SandboxProfile, seed: number): string {
  const { last, responseFormat, prompt } = request;
  if (last.role === 'tool') return `${SANDBOX_NOTICE}. The tool returned: ${last.text.slice(0, 400)}`;
  const text = solve(prompt, profile, seed);
  if (responseFormat.type === 'json_object') return isJsonObject(text) ? text : JSON.stringify({ answer: text });
  if (responseFormat.type === 'json_schema') return JSON.stringify(exampleValue(responseFormat.schema, prompt, text));
  return text;
}

/** The first program that has something to say; whether it says it right is the profile's skill and the seed's choice. */
function solve(prompt: string, profile: SandboxProfile, seed: number): string {
  // Looked at whole: the two answers stand one behind the other, and a cut would know only the first.
  const compared = prompt.startsWith('<<REQUEST ') ? answerComparison(prompt) : null;
  if (compared !== null) return compared;
  const identity = `${seed} ${profile.model} ${digestOf(prompt)}`;
  const head = prompt.slice(0, CONSIDERED_CHARACTERS);
  const isRight = (skill: Skill): boolean => chance(identity, skill) < profile.skill[skill];
  return (
    answerCode(head, isRight('code')) ??
    answerExtraction(head, isRight('extraction'), identity) ??
    answerArithmetic(head, isRight('arithmetic'), identity) ??
    answerChat(head)
  );
}

function isJsonObject(text: string): boolean {
  return text.startsWith('{') && text.endsWith('}');
}

/** Forced by the caller's choice, or because the prompt uses a word of the tool's name; several where several are meant. */
function toolsToCall(request: SandboxChatRequest): readonly SandboxTool[] {
  const { tools, toolChoice, last, parallelTools } = request;
  if (tools.length === 0 || toolChoice === 'none' || last.role === 'tool') return [];
  const meant = toolsMeant(request);
  const chosen =
    toolChoice === 'auto'
      ? meant
      : toolChoice === 'required'
        ? meant.length > 0
          ? meant
          : tools.slice(0, 1)
        : tools.filter((tool) => tool.name === toolChoice);
  return parallelTools ? chosen : chosen.slice(0, 1);
}

function toolsMeant({ tools, prompt }: SandboxChatRequest): SandboxTool[] {
  const words = new Set(
    prompt
      .slice(0, CONSIDERED_CHARACTERS)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu),
  );
  return tools.filter(
    ({ name }) =>
      prompt.includes(name) ||
      name
        .replace(/([a-z])([A-Z])/g, '$1 $2')
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .some((word) => word.length >= 4 && words.has(word)),
  );
}

function callTool(tool: SandboxTool, request: SandboxChatRequest, profile: SandboxProfile, seed: number): SandboxCall {
  const { prompt } = request;
  const value = exampleValue({ type: 'object', ...tool.parameters }, prompt, subjectOf(prompt)) ?? {};
  const id = digestOf(`${seed} ${profile.model} ${tool.name} ${prompt}`).slice(0, 20);
  return { id, name: tool.name, arguments: JSON.stringify(value) };
}

/** Cuts a text into pieces of a few characters that joined give the text again. */
export function piecesOf(text: string): string[] {
  return text.match(/\s*\S{1,4}|\s+$/gu) ?? [];
}
