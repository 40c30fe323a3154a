import { Buffer } from 'node:buffer';
import type { AudioPart, FilePart, ImagePart, MediaSource } from '../../contracts/chat-request.ts';
import { imageTypeOf } from '../image-type.ts';
import type { LossReport } from '../losses.ts';
import { entryOf } from '../members.ts';
import type { GeminiModelRules } from './models.ts';
import type { GeminiPart } from './wire-types.ts';

type MediaPart = ImagePart | AudioPart | FilePart;

/** Types by the end of a name (https://ai.google.dev/gemini-api/docs/file-input-methods). */
const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  heic: 'image/heic',
  heif: 'image/heif',
  gif: 'image/gif',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  csv: 'text/csv',
  json: 'application/json',
  xml: 'text/xml',
  wav: 'audio/wav',
  mp3: 'audio/mp3',
  aac: 'audio/aac',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  mp4: 'video/mp4',
  mov: 'video/mov',
  webm: 'video/webm',
};

const FALLBACK: Readonly<Record<MediaPart['type'], string>> = {
  image: 'image/jpeg',
  audio: 'audio/wav',
  file: 'application/pdf',
};

/** Files that were uploaded to Google, or lie in its storage: these every generation reads. */
const GOOGLES_OWN =
  /^(gs:\/\/|https:\/\/generativelanguage\.googleapis\.com\/|https:\/\/(www\.)?youtube\.com\/watch|https:\/\/youtu\.be\/)/;

/** https://ai.google.dev/gemini-api/docs/image-understanding; others answer 400 (`Unsupported MIME type: image/gif`). */
const IMAGE_TYPES = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif']);

function guessedType(url: string, kind: MediaPart['type']): string {
  const path = url.split(/[?#]/, 1)[0] as string;
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return entryOf(TYPES, ending) ?? FALLBACK[kind];
}

function unfetched(kind: MediaPart['type'], losses: LossReport): null {
  losses.add(kind === 'image' ? 'image_url' : kind === 'audio' ? 'audio_unsupported' : 'file_url');
  return null;
}

/** Documents that are read (https://ai.google.dev/gemini-api/docs/file-input-methods); those of word processors are not. */
const DOCUMENT_TYPES = /^(?:text\/|audio\/|video\/|application\/(?:pdf|json)$)/;
/** Texts under types that are refused. */
const OTHER_TEXTS = /^application\/(?:xml|yaml|x-yaml|javascript)$/;

/** Whether a type of image or document is read; where not, that is said. */
function readsType(mimeType: string, kind: MediaPart['type'], losses: LossReport): boolean {
  if (kind === 'audio' || IMAGE_TYPES.has(mimeType)) return true;
  if (kind === 'file' && DOCUMENT_TYPES.test(mimeType)) return true;
  losses.add(kind === 'image' ? 'image_unsupported' : 'file_unsupported');
  return false;
}

/** The type as Google calls it. */
function typeOf(mediaType: string, data: string, kind: MediaPart['type'], losses: LossReport): string {
  if (kind === 'image' || mediaType.startsWith('image/')) return imageTypeOf(mediaType, data);
  if (!OTHER_TEXTS.test(mediaType)) return mediaType;
  losses.add('file_as_text');
  return 'text/plain';
}

function inlinePart(mediaType: string, data: string, kind: MediaPart['type'], losses: LossReport): GeminiPart | null {
  const mimeType = typeOf(mediaType, data, kind, losses);
  return readsType(mimeType, kind, losses) ? { inlineData: { mimeType, data } } : null;
}

function sourcePart(
  source: MediaSource,
  kind: MediaPart['type'],
  rules: GeminiModelRules,
  losses: LossReport,
): GeminiPart | null {
  switch (source.kind) {
    case 'base64':
      return inlinePart(source.mediaType, source.data, kind, losses);
    case 'text':
      return inlinePart(source.mediaType, Buffer.from(source.text).toString('base64'), kind, losses);
    case 'file-id':
      losses.add('file_id_foreign');
      return null;
    case 'url': {
      const isFetched = rules.fetchesUrls ? !source.url.startsWith('data:') : GOOGLES_OWN.test(source.url);
      if (!isFetched) return unfetched(kind, losses);
      const mimeType = typeOf(source.mediaType ?? guessedType(source.url, kind), '', kind, losses);
      if (!readsType(mimeType, kind, losses)) return null;
      if (source.mediaType === null) losses.add('media_type_synthesised');
      return { fileData: { mimeType, fileUri: source.url } };
    }
  }
}

function noteMembers(part: MediaPart, losses: LossReport): void {
  if (part.cache !== undefined) losses.add('cache_mark');
  if (part.type === 'image' && part.detail !== undefined && part.detail !== 'auto') losses.add('image_detail');
  if (part.type !== 'file') return;
  if (part.filename !== undefined) losses.add('file_name');
  if (part.citable === true) losses.add('file_citable');
}

/**
 * An image, audio or file as parts: title and context of a document go before it as text. Empty where the upstream
 * cannot read it, which is a loss.
 */
export function buildMedia(part: MediaPart, rules: GeminiModelRules, losses: LossReport): GeminiPart[] {
  noteMembers(part, losses);
  const built = sourcePart(part.source, part.type, rules, losses);
  if (built === null) {
    return part.type === 'audio' && part.transcript !== undefined ? [{ text: part.transcript }] : [];
  }
  if (part.type === 'image' && part.signature !== undefined) {
    if (part.signature.origin === 'gemini') built.thoughtSignature = part.signature.value;
    else losses.add('signature_foreign');
  }
  if (part.type !== 'file' || (part.title === undefined && part.context === undefined)) return [built];
  losses.add('file_title');
  const about = [part.title, part.context].filter((text) => text !== undefined && text !== '').join('\n');
  return about === '' ? [built] : [{ text: about }, built];
}
