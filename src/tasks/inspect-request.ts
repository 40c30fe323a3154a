// tasks/: what a request is: text class, labels, language, length. Features of a prompt, never its destination.
// Pure; may import contracts/ and lib/. Runs on every request, so its cost is bounded by windows, not by the prompt.
// Start reading here; extract-text.ts says what is read, text-classifier.ts is the seam of the text layer,
// estimate-tokens.ts and detect-language.ts hold the exact rules that never ask a model.
// Nothing found in text can set a policy attribute: regulated_eu and bulk_low_latency must be stated.
import type { PromptView } from '../contracts/prompt-view.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { type Capability, type Domain, LABELS, type Label, type Task } from '../contracts/vocabulary.ts';
import { CJK_SHARE, cjkShare, detectLanguage } from './detect-language.ts';
import { estimateTokens, lengthBucket } from './estimate-tokens.ts';
import { type ExtractedText, extractText } from './extract-text.ts';
import { countScripts, createScriptCounts } from './scan-scripts.ts';
import type { TextClassifier } from './text-classifier.ts';
import { asksForTools } from './tool-ask.ts';
import { trainedClassifier } from './trained-classifier.ts';

/** Estimated tokens above which (strictly) a request is labelled long_document; a route may set its own bound. */
export const LONG_DOCUMENT_TOKENS = 50_000;

/** Filled anew by every call; one array for all of them, because allocating it costs more than filling it. */
const counts = createScriptCounts();

/** What was said about the request outside its text. Names are read at the edge with `readTaskName`. */
export interface InspectionHints {
  /** Of the request's header or options. Wins over the use case's. */
  requestTask?: Task | null;
  useCaseTask?: Task | null;
  /** Labels of request, key and use case together. */
  statedLabels?: readonly Label[];
  domain?: Domain | null;
  /** The caller's own token count, in addition to the one the body may hold. */
  estimatedTokens?: number | null;
}

/** The part of the facts that this folder finds out. */
export type InspectedFacts = Pick<
  RequestFacts,
  | 'operation'
  | 'task'
  | 'tasks'
  | 'taskSource'
  | 'labels'
  | 'language'
  | 'domain'
  | 'lengthBucket'
  | 'estimatedTokens'
  | 'estimatedTokensP95'
  | 'modalities'
  | 'needs'
  | 'maxOutputTokens'
  | 'priceTier'
> & {
  statedLabels: readonly Label[];
  choices: number;
  /** Version of the classifier that found `tasks`. */
  classifierVersion: string;
};

/** What upstream must be capable of for this request. */
function neededCapabilities(view: PromptView): readonly Capability[] {
  const needs: Capability[] = [];
  if (view.images > 0 || view.modalities.includes('image')) needs.push('images');
  if (view.modalities.includes('audio')) needs.push('audio');
  const tools = view.toolsPresent || view.toolTurnPresent;
  if (tools) needs.push('tools');
  if (view.parallelToolsRequested) needs.push('parallel_tools');
  if (tools && view.reasoningRequested) needs.push('tools_with_reasoning');
  if (view.jsonSchemaRequested) needs.push('json_schema');
  if (view.reasoningRequested) needs.push('reasoning');
  if (view.prefill) needs.push('prefill');
  if (view.modalities.includes('file')) needs.push('files');
  return needs;
}

const isAgentic = (view: PromptView, extracted: ExtractedText): boolean =>
  view.toolTurnPresent ||
  view.toolChoice === 'forced' ||
  (view.toolsPresent && view.toolChoice === 'auto' && asksForTools(view, extracted));

const NO_LABELS: readonly Label[] = [];

function findLabels(
  view: PromptView,
  extracted: ExtractedText,
  tokens: number,
  stated: readonly Label[],
): readonly Label[] {
  const long = tokens > LONG_DOCUMENT_TOKENS;
  const cjk = cjkShare(counts) > CJK_SHARE;
  const agentic = isAgentic(view, extracted);
  if (!long && !cjk && !agentic && stated.length === 0) return NO_LABELS;
  return LABELS.filter(
    (label) =>
      stated.includes(label) ||
      (label === 'long_document' && long) ||
      (label === 'cjk_language' && cjk) ||
      (label === 'agentic_tools' && agentic),
  );
}

/** The larger of two counts that callers may have stated; anything but a positive finite number counts as none. */
function statedTokens(view: PromptView, hints: InspectionHints): number {
  const usable = (count: number | null | undefined): number =>
    typeof count === 'number' && Number.isFinite(count) && count > 0 ? Math.ceil(count) : 0;
  return Math.max(usable(view.statedTokens), usable(hints.estimatedTokens));
}

/**
 * Finds task, labels, language and length of a request. Deterministic; reads at most 2,000 code units of the last user
 * turn and samples the rest. A caller's token count raises the estimate and never lowers it.
 */
export function inspectRequest(
  view: PromptView,
  hints: InspectionHints = {},
  classify: TextClassifier = trainedClassifier,
): InspectedFacts {
  const extracted = extractText(view);
  counts.fill(0);
  countScripts(extracted.prose, 0, extracted.prose.length, counts);
  const estimate = estimateTokens(view, { text: extracted.prose, counts });
  const stated = statedTokens(view, hints);
  const tokens = Math.max(estimate.tokens, stated);
  const textClass = classify(extracted, view);
  const statedLabels = hints.statedLabels ?? NO_LABELS;
  const explicit = hints.requestTask ?? hints.useCaseTask ?? null;
  return {
    operation: view.operation,
    task: explicit ?? textClass.task,
    tasks: textClass.tasks,
    taskSource: explicit === null ? 'text' : hints.requestTask ? 'request' : 'use_case',
    labels: findLabels(view, extracted, tokens, statedLabels),
    statedLabels,
    language: detectLanguage(extracted.prose, counts),
    domain: hints.domain ?? textClass.domain ?? null,
    lengthBucket: lengthBucket(tokens),
    estimatedTokens: tokens,
    estimatedTokensP95: Math.max(estimate.p95, stated),
    modalities: view.modalities,
    needs: neededCapabilities(view),
    maxOutputTokens: view.maxOutputTokens,
    choices: view.choices,
    ...(view.priceTier === undefined ? {} : { priceTier: view.priceTier }),
    classifierVersion: textClass.version,
  };
}
