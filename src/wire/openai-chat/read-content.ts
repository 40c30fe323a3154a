import type {
  AudioPart,
  CacheMark,
  FilePart,
  ImagePart,
  MediaSource,
  TextPart,
  UnknownPart,
} from '../../contracts/chat-request.ts';
import { AppError } from '../../contracts/errors.ts';
import { isRecord, type Json, noteUnread } from '../members.ts';

export type ContentPart = TextPart | ImagePart | AudioPart | FilePart | UnknownPart;

const TEXT_MEMBERS = new Set(['type', 'text', 'cache_control']);
const IMAGE_MEMBERS = new Set(['type', 'image_url', 'cache_control']);
const IMAGE_URL_MEMBERS = new Set(['url', 'detail']);
const AUDIO_MEMBERS = new Set(['type', 'input_audio', 'cache_control']);
const INPUT_AUDIO_MEMBERS = new Set(['data', 'format']);
const FILE_MEMBERS = new Set(['type', 'file', 'cache_control']);
const FILE_OBJECT_MEMBERS = new Set(['file_id', 'file_data', 'filename']);

/** Where parts stand in a body, for members that nobody reads. */
const UNREAD_PATH = 'messages[].content[]';

export const invalid = (param: string, message: string): AppError =>
  new AppError('invalid_request', message, { param });

/** `cache_control` on a part: no member of OpenAI's own, but what OpenRouter's and LiteLLM's callers write. */
export function readCacheMark(value: unknown): { cache?: CacheMark } {
  if (!isRecord(value)) return {};
  return { cache: { ttl: value.ttl === '5m' || value.ttl === '1h' ? value.ttl : null } };
}

/** A `data:` URI of base64 becomes its bytes, everything else stays an address. */
export function readAddress(address: string): MediaSource {
  if (!address.startsWith('data:')) return { kind: 'url', url: address, mediaType: null };
  const comma = address.indexOf(',');
  const head = comma === -1 ? '' : address.slice(5, comma);
  if (!head.endsWith(';base64')) return { kind: 'url', url: address, mediaType: null };
  const mediaType = head.slice(0, head.indexOf(';'));
  return { kind: 'base64', mediaType, data: address.slice(comma + 1) };
}

function readImage(part: Json, path: string, unread: Set<string>): ImagePart {
  // Some callers write the address without its object.
  const image = typeof part.image_url === 'string' ? { url: part.image_url } : part.image_url;
  if (!isRecord(image) || typeof image.url !== 'string') {
    throw invalid(`${path}.image_url.url`, 'image_url.url must be an address or a data: URI.');
  }
  noteUnread(part, IMAGE_MEMBERS, UNREAD_PATH, unread);
  noteUnread(image, IMAGE_URL_MEMBERS, `${UNREAD_PATH}.image_url`, unread);
  return {
    type: 'image',
    source: readAddress(image.url),
    ...(typeof image.detail === 'string' ? { detail: image.detail } : {}),
    ...readCacheMark(part.cache_control),
  };
}

function readAudio(part: Json, path: string, unread: Set<string>): AudioPart {
  const audio = part.input_audio;
  if (!isRecord(audio) || typeof audio.data !== 'string' || typeof audio.format !== 'string') {
    throw invalid(`${path}.input_audio`, 'input_audio must be { data, format }.');
  }
  noteUnread(part, AUDIO_MEMBERS, UNREAD_PATH, unread);
  noteUnread(audio, INPUT_AUDIO_MEMBERS, `${UNREAD_PATH}.input_audio`, unread);
  const mediaType = audio.format === 'mp3' ? 'audio/mpeg' : `audio/${audio.format}`;
  const source = { kind: 'base64', mediaType, data: audio.data } as const;
  return { type: 'audio', source, ...readCacheMark(part.cache_control) };
}

function fileSource(file: Json, path: string): MediaSource {
  if (typeof file.file_id === 'string') return { kind: 'file-id', id: file.file_id, origin: 'openai' };
  if (typeof file.file_data !== 'string') throw invalid(`${path}.file`, 'file must hold file_data or file_id.');
  const source = readAddress(file.file_data);
  if (source.kind === 'base64' || /^(?:https?|data):/.test(file.file_data)) return source;
  return { kind: 'base64', mediaType: 'application/pdf', data: file.file_data };
}

function readFile(part: Json, path: string, unread: Set<string>): FilePart {
  const file = part.file;
  if (!isRecord(file)) throw invalid(`${path}.file`, 'file must hold file_data or file_id.');
  noteUnread(part, FILE_MEMBERS, UNREAD_PATH, unread);
  noteUnread(file, FILE_OBJECT_MEMBERS, `${UNREAD_PATH}.file`, unread);
  return {
    type: 'file',
    source: fileSource(file, path),
    ...(typeof file.filename === 'string' ? { filename: file.filename } : {}),
    ...readCacheMark(part.cache_control),
  };
}

function readPart(value: unknown, path: string, unread: Set<string>): ContentPart | null {
  if (typeof value === 'string') return value === '' ? null : { type: 'text', text: value };
  if (!isRecord(value) || typeof value.type !== 'string') {
    throw invalid(path, `${path} must hold parts { type, ... }.`);
  }
  switch (value.type) {
    case 'text':
      if (typeof value.text !== 'string') throw invalid(`${path}.text`, 'text must be a string.');
      noteUnread(value, TEXT_MEMBERS, UNREAD_PATH, unread);
      // An empty text says nothing, and most upstreams refuse it.
      return value.text === '' ? null : { type: 'text', text: value.text, ...readCacheMark(value.cache_control) };
    case 'image_url':
      return readImage(value, path, unread);
    case 'input_audio':
      return readAudio(value, path, unread);
    case 'file':
      return readFile(value, path, unread);
    default:
      return { type: 'unknown', origin: 'openai', name: value.type, value, ...readCacheMark(value.cache_control) };
  }
}

/**
 * The parts of a message's content: a string, an array of parts, or nothing.
 * @param path of the content in the body, for errors
 * @throws AppError invalid_request
 */
export function readContent(content: unknown, path: string, unread: Set<string>): ContentPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (content === null || content === undefined) return [];
  if (!Array.isArray(content)) throw invalid(path, `${path} must be a string, an array of parts or null.`);
  const parts: ContentPart[] = [];
  for (let i = 0; i < content.length; i += 1) {
    const part = readPart(content[i], `${path}[${i}]`, unread);
    if (part !== null) parts.push(part);
  }
  return parts;
}
