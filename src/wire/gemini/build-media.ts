import { Buffer } from 'node:buffer';
import type { AudioPart, FilePart, ImagePart, MediaSource } from '../../contracts/chat-request.ts';
import type { LossReport } from '../losses.ts';
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

const canonicalType = (mediaType: string): string => (mediaType === 'image/jpg' ? 'image/jpeg' : mediaType);

function guessedType(url: string, kind: MediaPart['type']): string {
  const path = url.split(/[?#]/, 1)[0] as string;
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return TYPES[ending] ?? FALLBACK[kind];
}

function unsupported(kind: MediaPart['type'], losses: LossReport): null {
  losses.add(kind === 'image' ? 'image_url' : kind === 'audio' ? 'audio_unsupported' : 'file_url');
  return null;
}

function sourcePart(
  source: MediaSource,
  kind: MediaPart['type'],
  rules: GeminiModelRules,
  losses: LossReport,
): GeminiPart | null {
  switch (source.kind) {
    case 'base64':
      return { inlineData: { mimeType: canonicalType(source.mediaType), data: source.data } };
    case 'text':
      return { inlineData: { mimeType: source.mediaType, data: Buffer.from(source.text).toString('base64') } };
    case 'file-id':
      losses.add('file_id_foreign');
      return null;
    case 'url': {
      if (!rules.fetchesUrls && !GOOGLES_OWN.test(source.url)) return unsupported(kind, losses);
      if (source.mediaType === null) losses.add('media_type_synthesised');
      const mimeType = canonicalType(source.mediaType ?? guessedType(source.url, kind));
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
