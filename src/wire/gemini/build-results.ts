import type { ToolCallPart, ToolResultPart } from '../../contracts/chat-request.ts';
import type { LossReport } from '../losses.ts';
import type { ToolNames } from '../tool-names.ts';
import { buildMedia } from './build-media.ts';
import type { GeminiModelRules } from './models.ts';
import type { GeminiFunctionResponse, GeminiPart } from './wire-types.ts';

/** What a tool result may hold beside its JSON (https://ai.google.dev/gemini-api/docs/function-calling). */
const MEDIA_IN_RESULTS = /^(image\/(png|jpeg|webp)|application\/pdf|text\/plain)$/;

export interface ResultContext {
  rules: GeminiModelRules;
  names: ToolNames;
  losses: LossReport;
}

interface ResultContent {
  texts: string[];
  /** Within the result. */
  inner: { inlineData: { mimeType: string; data: string } }[];
  /** After it, as a turn of the user. */
  outer: GeminiPart[];
}

function readContent(result: ToolResultPart, { rules, losses }: ResultContext): ResultContent {
  const content: ResultContent = { texts: [], inner: [], outer: [] };
  if (result.cache !== undefined) losses.add('cache_mark');
  for (const part of result.parts) {
    if (part.type === 'text') {
      if (part.cache !== undefined) losses.add('cache_mark');
      content.texts.push(part.text);
    } else if (part.type === 'unknown') losses.add('foreign_part', part.name);
    else {
      for (const built of buildMedia(part, rules, losses)) {
        const { inlineData } = built;
        const fits = rules.mediaInResults && inlineData !== undefined && MEDIA_IN_RESULTS.test(inlineData.mimeType);
        if (fits) content.inner.push({ inlineData });
        else {
          losses.add('tool_result_media');
          content.outer.push(built);
        }
      }
    }
  }
  return content;
}

/**
 * Always texts, also where they are JSON: Gemini 3 takes `$ref` anywhere in a structured result for the name of a file
 * and refuses the request when there is none (https://github.com/googleapis/python-genai/issues/2792).
 */
const outputOf = (texts: readonly string[]): string | readonly string[] =>
  texts.length === 1 ? (texts[0] as string) : texts.length === 0 ? '' : texts;

function buildResponse(call: ToolCallPart, result: ToolResultPart | undefined, context: ResultContext) {
  const response: GeminiFunctionResponse = { name: context.names.toUpstream(call.name), response: { output: '' } };
  if (context.rules.callIds) response.id = call.id;
  if (result === undefined) {
    context.losses.add('tool_call_unanswered');
    return { response, outer: [] };
  }
  const { texts, inner, outer } = readContent(result, context);
  response.response = { [result.isError === true ? 'error' : 'output']: outputOf(texts) };
  if (inner.length > 0) response.parts = inner;
  return { response, outer };
}

/**
 * The results of one turn's calls in the order of the calls: Google matches them by place, and there must be as many as
 * calls. `outer`: images and files that cannot stand within a result, for the turn of the user that follows.
 */
export function buildResults(
  calls: readonly ToolCallPart[],
  results: readonly ToolResultPart[],
  context: ResultContext,
): { parts: GeminiPart[]; outer: GeminiPart[] } {
  const byId = new Map(results.map((result) => [result.id, result]));
  const given = results.map(({ id }) => id);
  const expected = calls.map(({ id }) => id).filter((id) => byId.has(id));
  if (given.some((id, place) => id !== expected[place])) context.losses.add('tool_result_order');
  const parts: GeminiPart[] = [];
  const outer: GeminiPart[] = [];
  for (const call of calls) {
    const built = buildResponse(call, byId.get(call.id), context);
    parts.push({ functionResponse: built.response });
    outer.push(...built.outer);
  }
  return { parts, outer };
}

/** A result whose call is nowhere: what it says is kept as a text of the user. */
export function buildOrphan(result: ToolResultPart, context: ResultContext): GeminiPart[] {
  context.losses.add('tool_result_orphan');
  const { texts, inner, outer } = readContent(result, context);
  return [...texts.filter((text) => text !== '').map((text) => ({ text })), ...inner, ...outer];
}
