import { exampleValue, subjectOf } from './example-value.ts';
import { SANDBOX_NOTICE } from './notice.ts';
import type { SandboxProfile, Skill } from './profiles.ts';
import { answerArithmetic } from './programs/arithmetic.ts';
import { answerChat } from './programs/chat.ts';
import { answerCode } from './programs/code-template.ts';
import { answerExtraction } from './programs/extraction.ts';
import type { SandboxChatRequest, SandboxTool } from './read-chat-request.ts';
import { chance, digestOf } from './seeded.ts';

export interface SandboxAnswer {
  /** Pieces that a stream sends one by one; a token each, as far as usage is concerned. */
  pieces: readonly string[];
  toolCall: { id: string; name: string; arguments: string } | null;
  /** Set where the program was told to refuse; there are no pieces then. */
  refusal: string | null;
  finishReason: 'stop' | 'length' | 'tool_calls' | 'content_filter';
}

/** The programs look at no more of a prompt: they share the gateway's event loop. */
const CONSIDERED_CHARACTERS = 20_000;

/** What this program answers. A function of its arguments alone: the same request gets the same answer. */
export function composeAnswer(request: SandboxChatRequest, profile: SandboxProfile, seed: number): SandboxAnswer {
  const tool = toolToCall(request);
  if (tool !== null) return callTool(tool, request, profile, seed);
  let text = answerText(request, profile, seed);
  const { last, stop, maxTokens } = request;
  // A prefilled answer is continued: only what is missing is sent.
  if (last.role === 'assistant' && text.startsWith(last.text)) text = text.slice(last.text.length);
  for (const sequence of stop) {
    const at = text.indexOf(sequence);
    if (at >= 0) text = text.slice(0, at);
  }
  const pieces = piecesOf(text);
  const limit = Math.min(maxTokens ?? profile.maxOutputTokens, profile.maxOutputTokens);
  if (pieces.length > limit)
    return { pieces: pieces.slice(0, limit), toolCall: null, refusal: null, finishReason: 'length' };
  return { pieces, toolCall: null, refusal: null, finishReason: 'stop' };
}

/** A refusal as a model would make it: an answer, not an error. */
export const refusedAnswer = (): SandboxAnswer => ({
  pieces: [],
  toolCall: null,
  refusal: `${SANDBOX_NOTICE}. I was told to refuse.`,
  finishReason: 'stop',
});

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

/** Forced by tool_choice, or because the prompt uses a word of the tool's name. */
function toolToCall(request: SandboxChatRequest): SandboxTool | null {
  const { tools, toolChoice, prompt, last } = request;
  if (tools.length === 0 || toolChoice === 'none' || last.role === 'tool') return null;
  if (toolChoice === 'required') return tools[0] ?? null;
  if (toolChoice !== 'auto') return tools.find((tool) => tool.name === toolChoice) ?? null;
  const words = new Set(
    prompt
      .slice(0, CONSIDERED_CHARACTERS)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu),
  );
  const asksFor = (tool: SandboxTool): boolean =>
    prompt.includes(tool.name) ||
    tool.name
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .some((word) => word.length >= 4 && words.has(word));
  return tools.find(asksFor) ?? null;
}

function callTool(
  tool: SandboxTool,
  request: SandboxChatRequest,
  profile: SandboxProfile,
  seed: number,
): SandboxAnswer {
  const { prompt } = request;
  const value = exampleValue({ type: 'object', ...tool.parameters }, prompt, subjectOf(prompt)) ?? {};
  const id = `call_${digestOf(`${seed} ${profile.model} ${tool.name} ${prompt}`).slice(0, 20)}`;
  return {
    pieces: [],
    toolCall: { id, name: tool.name, arguments: JSON.stringify(value) },
    refusal: null,
    finishReason: 'tool_calls',
  };
}

/** Cuts a text into pieces of a few characters that joined give the text again. */
export function piecesOf(text: string): string[] {
  return text.match(/\s*\S{1,4}|\s+$/gu) ?? [];
}
