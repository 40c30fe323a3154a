import type { AudioPart, FilePart, ImagePart, TextPart, UnknownPart } from '../../contracts/chat-request.ts';
import type { LossReport } from '../losses.ts';
import { entryOf } from '../members.ts';

type UserPart = TextPart | ImagePart | AudioPart | FilePart | UnknownPart;
type WirePart = Record<string, unknown>;

/** What content may look like at one upstream. */
export interface ContentRules {
  /** Whether content may be a list of text parts. */
  textParts: boolean;
}

const AUDIO_FORMATS: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/wave': 'wav',
  'audio/x-wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
};

/** `application/vnd.x+json` -> `json`: only for a name that nobody reads as more than a name. */
const extension = (mediaType: string): string => /[a-z0-9]+$/.exec(mediaType)?.[0] ?? 'bin';

function imagePart(part: ImagePart, losses: LossReport): WirePart | null {
  const { source, detail } = part;
  const withDetail = detail === undefined ? {} : { detail };
  switch (source.kind) {
    case 'url':
      return { type: 'image_url', image_url: { url: source.url, ...withDetail } };
    case 'base64':
      return { type: 'image_url', image_url: { url: `data:${source.mediaType};base64,${source.data}`, ...withDetail } };
    case 'file-id':
      losses.add('file_id_foreign');
      return null;
    case 'text':
      losses.add('image_unsupported');
      return null;
  }
}

function audioPart(part: AudioPart, losses: LossReport): WirePart | null {
  const { source } = part;
  const mediaType = source.kind === 'base64' ? source.mediaType : '';
  // Formats of look-alikes (flac, ogg, ...) pass under their own names.
  const format = entryOf(AUDIO_FORMATS, mediaType) ?? /^audio\/([a-z0-9]+)$/.exec(mediaType)?.[1];
  if (source.kind !== 'base64' || format === undefined) {
    losses.add('audio_unsupported');
    return null;
  }
  return { type: 'input_audio', input_audio: { data: source.data, format } };
}

function fileBody(part: FilePart, losses: LossReport): WirePart | null {
  const { source } = part;
  if (source.kind === 'file-id') {
    if (source.origin === 'openai') return { type: 'file', file: { file_id: source.id, ...nameMember(part) } };
    losses.add('file_id_foreign');
    return null;
  }
  if (source.kind === 'url') {
    losses.add('file_url');
    return null;
  }
  if (source.kind === 'text') {
    losses.add('file_as_text');
    return { type: 'text', text: source.text };
  }
  if (part.filename === undefined) losses.add('file_name_synthesised');
  const filename = part.filename ?? `document.${extension(source.mediaType)}`;
  return { type: 'file', file: { filename, file_data: `data:${source.mediaType};base64,${source.data}` } };
}

const nameMember = (part: FilePart): { filename?: string } =>
  part.filename === undefined ? {} : { filename: part.filename };

function fileParts(part: FilePart, losses: LossReport): WirePart[] {
  if (part.citable === true) losses.add('file_citable');
  const body = fileBody(part, losses);
  if (body === null) return [];
  const about = [part.title, part.context].filter((text) => text !== undefined && text !== '');
  if (about.length === 0) return [body];
  losses.add('file_title');
  return [{ type: 'text', text: about.join('\n') }, body];
}

function wireParts(part: UserPart, losses: LossReport): WirePart[] {
  if (part.cache !== undefined) losses.add('cache_mark');
  switch (part.type) {
    case 'text':
      if (part.citations !== undefined && part.citations.length > 0) losses.add('citation_history');
      return [{ type: 'text', text: part.text }];
    case 'image': {
      const image = imagePart(part, losses);
      return image === null ? [] : [image];
    }
    case 'audio': {
      const audio = audioPart(part, losses);
      return audio === null ? [] : [audio];
    }
    case 'file':
      return fileParts(part, losses);
    case 'unknown':
      if (part.origin === 'openai') return [part.value as WirePart];
      losses.add('foreign_part', part.name);
      return [];
  }
}

const isText = (part: WirePart): part is { type: 'text'; text: string } => part.type === 'text';

/** One text is a string, several parts are a list; a list of texts is joined where the upstream takes only strings. */
export function wireContent(parts: readonly WirePart[], rules: ContentRules): string | WirePart[] {
  if (parts.length === 0) return '';
  const [first] = parts;
  if (parts.length === 1 && first !== undefined && isText(first)) return first.text;
  if (!rules.textParts && parts.every(isText)) return parts.map(({ text }) => text).join('\n\n');
  return [...parts];
}

/** Content of a message of the system, the user or a tool. */
export function buildContent(parts: readonly UserPart[], rules: ContentRules, losses: LossReport): string | WirePart[] {
  const built: WirePart[] = [];
  for (const part of parts) built.push(...wireParts(part, losses));
  return wireContent(built, rules);
}
