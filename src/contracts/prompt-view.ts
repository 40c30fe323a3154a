import type { PriceTier } from './request-facts.ts';
import type { Modality } from './vocabulary.ts';

/**
 * What a request says, whatever its dialect: a dialect of wire/ builds it, tasks/ reads it. Texts are held by reference
 * and in full; whoever reads them bounds his own work. Lengths are UTF-16 code units.
 */
export interface PromptView {
  operation: 'chat' | 'embeddings';
  /** Texts of the last user turn, part by part; for embeddings every input. Empty where it has none (an image alone). */
  lastUserTexts: readonly string[];
  /** Every text that counts as input, `lastUserTexts` included: system prompt, all turns, tool calls and their results. */
  texts: readonly string[];
  systemCharacters: number;
  totalCharacters: number;
  messages: number;
  toolsPresent: boolean;
  /** Names of the offered tools, at most the first 64. */
  toolNames: readonly string[];
  /** `forced`: the caller demands a call; `none`: the caller forbids one. */
  toolChoice: 'none' | 'auto' | 'forced';
  parallelToolsRequested: boolean;
  /** A tool was called or has answered somewhere in the conversation. */
  toolTurnPresent: boolean;
  /** About how long tool declarations and answer schema are as JSON text. */
  declarationCharacters: number;
  /** What goes in or is asked to come out; `text` is a member wherever there is any. */
  modalities: readonly Modality[];
  images: number;
  audioBytes: number;
  fileBytes: number;
  /** Inputs that came as token ids (embeddings). */
  givenTokens: number;
  jsonSchemaRequested: boolean;
  reasoningRequested: boolean;
  /** The last turn is the assistant's own beginning, to be continued. */
  prefill: boolean;
  /** Answers asked for (`n`). */
  choices: number;
  /** That the request asks for another price than the listed one; absent: it does not. */
  priceTier?: PriceTier;
  maxOutputTokens: number | null;
  /** The caller's own count of input tokens, or null. */
  statedTokens: number | null;
}
