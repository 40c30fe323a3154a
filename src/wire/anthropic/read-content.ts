import type {
  CacheMark,
  Citation,
  FilePart,
  ImagePart,
  MediaSource,
  TextPart,
  UnknownPart,
} from '../../contracts/chat-request.ts';
import { AppError } from '../../contracts/errors.ts';
import { isRecord, type Json, listOf, noteUnread, textOrNull } from '../members.ts';

export const invalid = (param: string, message: string): AppError =>
  new AppError('invalid_request', message, { param });

/** Of a block of text. */
export const TEXT_MEMBERS = new Set(['type', 'text', 'cache_control', 'citations']);
const IMAGE_MEMBERS = new Set(['type', 'source', 'cache_control']);
const DOCUMENT_MEMBERS = new Set(['type', 'source', 'cache_control', 'title', 'context', 'citations']);
const SEARCH_MEMBERS = new Set(['type', 'source', 'cache_control', 'title', 'content', 'citations']);

/** What a user and a tool may say. */
export type SaidPart = TextPart | ImagePart | FilePart | UnknownPart;

export function readCacheMark(value: unknown): { cache?: CacheMark } {
  if (!isRecord(value)) return {};
  return { cache: { ttl: value.ttl === '5m' || value.ttl === '1h' ? value.ttl : null } };
}

/** A citation of the vendor; places in documents have no counterpart elsewhere and stay in `value`. */
export function readCitation(value: unknown): Citation {
  const citation: Json = isRecord(value) ? value : {};
  return {
    url: textOrNull(citation.url) ?? (citation.type === 'search_result_location' ? textOrNull(citation.source) : null),
    title: textOrNull(citation.title) ?? textOrNull(citation.document_title),
    quote: textOrNull(citation.cited_text),
    start: null,
    end: null,
    origin: 'anthropic',
    value,
  };
}

export function readText(block: Json, path: string, unread: Set<string>): TextPart {
  noteUnread(block, TEXT_MEMBERS, path, unread);
  if (typeof block.text !== 'string') unread.add(`${path}.text`);
  const citations = listOf(block.citations).map(readCitation);
  return {
    type: 'text',
    text: typeof block.text === 'string' ? block.text : '',
    ...readCacheMark(block.cache_control),
    ...(citations.length === 0 ? {} : { citations }),
  };
}

export function readUnknown(block: Json): UnknownPart {
  const name = typeof block.type === 'string' ? block.type : 'unknown';
  return { type: 'unknown', origin: 'anthropic', name, value: block, ...readCacheMark(block.cache_control) };
}

function readSource(source: Json): MediaSource | null {
  if (source.type === 'base64' && typeof source.data === 'string') {
    return {
      kind: 'base64',
      mediaType: textOrNull(source.media_type) ?? 'application/octet-stream',
      data: source.data,
    };
  }
  if (source.type === 'url' && typeof source.url === 'string') return { kind: 'url', url: source.url, mediaType: null };
  if (source.type === 'file' && typeof source.file_id === 'string') {
    return { kind: 'file-id', id: source.file_id, origin: 'anthropic' };
  }
  if (source.type === 'text' && typeof source.data === 'string') {
    return { kind: 'text', text: source.data, mediaType: textOrNull(source.media_type) ?? 'text/plain' };
  }
  return null;
}

const joinedTexts = (blocks: unknown): string | null => {
  if (typeof blocks === 'string') return blocks;
  const texts = listOf(blocks).map((block) =>
    isRecord(block) && block.type === 'text' ? textOrNull(block.text) : null,
  );
  return texts.every((text) => text !== null) && texts.length > 0 ? texts.join('\n') : null;
};

const citable = (block: Json): { citable?: boolean } =>
  isRecord(block.citations) && typeof block.citations.enabled === 'boolean' ? { citable: block.citations.enabled } : {};

function readDocument(block: Json, path: string, unread: Set<string>): FilePart | UnknownPart {
  const source: Json = isRecord(block.source) ? block.source : {};
  let media = readSource(source);
  if (source.type === 'content') {
    const text = joinedTexts(source.content);
    if (text === null) return readUnknown(block);
    // Where the blocks begin and end is what citations of such a document point to.
    unread.add(`${path}.source.content`);
    media = { kind: 'text', text, mediaType: 'text/plain' };
  }
  if (media === null) return readUnknown(block);
  if (media.kind === 'url') media = { ...media, mediaType: 'application/pdf' };
  noteUnread(block, DOCUMENT_MEMBERS, path, unread);
  return {
    type: 'file',
    source: media,
    ...(typeof block.title === 'string' ? { title: block.title } : {}),
    ...(typeof block.context === 'string' ? { context: block.context } : {}),
    ...citable(block),
    ...readCacheMark(block.cache_control),
  };
}

/** A result of the caller's own search: a text with a title and a place it comes from. */
function readSearchResult(block: Json, path: string, unread: Set<string>): FilePart | UnknownPart {
  const text = joinedTexts(block.content);
  if (text === null) return readUnknown(block);
  noteUnread(block, SEARCH_MEMBERS, path, unread);
  // That it is a result of a search, which citations of it would say.
  unread.add(`${path}.type`);
  return {
    type: 'file',
    source: { kind: 'text', text, mediaType: 'text/plain' },
    ...(typeof block.title === 'string' ? { title: block.title } : {}),
    ...(typeof block.source === 'string' ? { context: block.source } : {}),
    ...citable(block),
    ...readCacheMark(block.cache_control),
  };
}

function readImage(block: Json, path: string, unread: Set<string>): ImagePart | UnknownPart {
  const source = isRecord(block.source) ? readSource(block.source) : null;
  if (source === null || source.kind === 'text') return readUnknown(block);
  noteUnread(block, IMAGE_MEMBERS, path, unread);
  return { type: 'image', source, ...readCacheMark(block.cache_control) };
}

/** One block of what a user or a tool says. `path` is that of the list, for members that nobody reads. */
export function readBlock(block: Json, path: string, unread: Set<string>): SaidPart {
  switch (block.type) {
    case 'text':
      return readText(block, path, unread);
    case 'image':
      return readImage(block, path, unread);
    case 'document':
      return readDocument(block, path, unread);
    case 'search_result':
      return readSearchResult(block, path, unread);
    default:
      return readUnknown(block);
  }
}

/** Content as a string or a list of blocks; an empty string is no part. */
export function readContent(content: unknown, path: string, unread: Set<string>): SaidPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return listOf(content).flatMap((block): SaidPart[] => {
    if (typeof block === 'string') return [{ type: 'text', text: block }];
    if (isRecord(block)) return [readBlock(block, path, unread)];
    unread.add(path);
    return [];
  });
}
