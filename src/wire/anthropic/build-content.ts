import type {
  AudioPart,
  CacheMark,
  FilePart,
  ImagePart,
  MediaSource,
  TextPart,
  UnknownPart,
} from '../../contracts/chat-request.ts';
import { imageTypeOf } from '../image-type.ts';
import type { LossReport } from '../losses.ts';

/** A block of content as it goes over the wire. */
export type Block = Record<string, unknown>;

export const cacheControl = (cache: CacheMark | undefined): { cache_control?: Block } =>
  cache === undefined
    ? {}
    : { cache_control: { type: 'ephemeral', ...(cache.ttl === null ? {} : { ttl: cache.ttl }) } };

export const isBlank = (text: string): boolean => text.trim() === '';

/** null for text of nothing but white space, which is refused (wire-quirks 21). */
export function textBlock(part: TextPart, losses: LossReport): Block | null {
  if (part.signature !== undefined) losses.add('signature_foreign');
  if (isBlank(part.text)) {
    if (part.text !== '') losses.add('empty_turn');
    return null;
  }
  const own = (part.citations ?? []).filter(({ origin }) => origin === 'anthropic');
  if (own.length < (part.citations ?? []).length) losses.add('citation_history');
  return {
    type: 'text',
    text: part.text,
    ...cacheControl(part.cache),
    ...(own.length === 0 ? {} : { citations: own.map(({ value }) => value) }),
  };
}

function imageBlock(part: ImagePart, losses: LossReport): Block | null {
  if (part.detail !== undefined && part.detail !== 'auto') losses.add('image_detail');
  if (part.signature !== undefined) losses.add('signature_foreign');
  const source = imageSource(part.source, losses);
  return source === null ? null : { type: 'image', source, ...cacheControl(part.cache) };
}

/** build-with-claude/vision: others answer 400 (`media_type: Input should be ...`). */
const IMAGE_TYPES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);
/** Only these addresses are fetched (same page). */
const isFetched = (url: string): boolean => url.startsWith('https://');

function imageSource(source: MediaSource, losses: LossReport): Block | null {
  switch (source.kind) {
    case 'base64': {
      const mediaType = imageTypeOf(source.mediaType, source.data);
      if (IMAGE_TYPES.has(mediaType)) return { type: 'base64', media_type: mediaType, data: source.data };
      losses.add('image_unsupported');
      return null;
    }
    case 'url':
      if (isFetched(source.url)) return { type: 'url', url: source.url };
      losses.add('image_url');
      return null;
    case 'file-id':
      if (source.origin === 'anthropic') return { type: 'file', file_id: source.id };
      losses.add('file_id_foreign');
      return null;
    case 'text':
      losses.add('image_unsupported');
      return null;
  }
}

const PDF = 'application/pdf';

const isText = (mediaType: string): boolean =>
  mediaType.startsWith('text/') || /^application\/(?:json|xml|yaml|x-yaml|javascript)\b/.test(mediaType);

/** Documents are PDF or plain text; other texts are sent as plain ones, all else cannot be sent. */
function documentSource(source: MediaSource, losses: LossReport): Block | null {
  switch (source.kind) {
    case 'base64': {
      if (source.mediaType === PDF) return { type: 'base64', media_type: PDF, data: source.data };
      if (!isText(source.mediaType)) {
        losses.add('file_unsupported');
        return null;
      }
      if (source.mediaType !== 'text/plain') losses.add('file_as_text');
      return { type: 'text', media_type: 'text/plain', data: Buffer.from(source.data, 'base64').toString('utf8') };
    }
    case 'url':
      if (source.mediaType !== null && source.mediaType !== PDF) losses.add('file_unsupported');
      else if (isFetched(source.url)) return { type: 'url', url: source.url };
      else losses.add('file_url');
      return null;
    case 'file-id':
      if (source.origin === 'anthropic') return { type: 'file', file_id: source.id };
      losses.add('file_id_foreign');
      return null;
    case 'text':
      if (source.mediaType !== 'text/plain') losses.add('file_as_text');
      return { type: 'text', media_type: 'text/plain', data: source.text };
  }
}

/** A file name is said as the title, the one place that the model sees; a title of its own comes first. */
function documentBlock(part: FilePart, losses: LossReport): Block | null {
  const source = documentSource(part.source, losses);
  if (source === null) return null;
  if (part.filename !== undefined && part.title !== undefined) losses.add('file_name');
  const title = part.title ?? part.filename;
  return {
    type: 'document',
    source,
    ...cacheControl(part.cache),
    ...(title === undefined ? {} : { title }),
    ...(part.context === undefined ? {} : { context: part.context }),
    ...(part.citable === undefined ? {} : { citations: { enabled: part.citable } }),
  };
}

/** A part that only its own dialect knows. */
export function unknownBlock(part: UnknownPart, losses: LossReport): Block | null {
  if (part.origin === 'anthropic') return part.value as Block;
  losses.add('foreign_part', part.name);
  return null;
}

/** The blocks of what a user or a tool says; parts that cannot be sent are left out and said. */
export function buildContent(
  parts: readonly (TextPart | ImagePart | AudioPart | FilePart | UnknownPart)[],
  losses: LossReport,
): Block[] {
  const blocks: Block[] = [];
  for (const part of parts) {
    const block = contentBlock(part, losses);
    if (block !== null) blocks.push(block);
  }
  return blocks;
}

function contentBlock(
  part: TextPart | ImagePart | AudioPart | FilePart | UnknownPart,
  losses: LossReport,
): Block | null {
  switch (part.type) {
    case 'text':
      return textBlock(part, losses);
    case 'image':
      return imageBlock(part, losses);
    case 'file':
      return documentBlock(part, losses);
    case 'unknown':
      return unknownBlock(part, losses);
    case 'audio':
      losses.add('audio_unsupported');
      return null;
  }
}
