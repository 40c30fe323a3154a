import type { Citation } from '../../contracts/chat-request.ts';
import { isRecord, listOf } from '../members.ts';
import { type GeminiCandidate, textOf } from './wire-types.ts';

/**
 * Sources that the answer repeats (https://ai.google.dev/api/generate-content#CitationMetadata; `citations` behind the
 * cloud service). Their places are counted in bytes of a text that a stream has not finished yet, so they stay in `value`
 * and the citation is for the whole text.
 */
export function readCitations({ citationMetadata: metadata }: GeminiCandidate): Citation[] {
  if (!isRecord(metadata)) return [];
  const sources = [...listOf(metadata.citationSources), ...listOf(metadata.citations)];
  return sources.filter(isRecord).map((source) => ({
    url: textOf(source.uri),
    title: textOf(source.title),
    quote: null,
    start: null,
    end: null,
    origin: 'gemini',
    value: source,
  }));
}
