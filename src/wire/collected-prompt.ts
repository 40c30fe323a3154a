import type { PromptView } from '../contracts/prompt-view.ts';
import type { Modality } from '../contracts/vocabulary.ts';
import type { JsonMember } from '../lib/json-scan.ts';
import type { Json } from './members.ts';

/** What a view of a prompt collects while the conversation is walked, whatever its dialect. */
export interface CollectedPrompt {
  texts: string[];
  characters: number;
  lastUser: readonly string[];
  systemCharacters: number;
  toolTurn: boolean;
  images: number;
  audio: boolean;
  audioBytes: number;
  files: boolean;
  fileBytes: number;
}

export const newCollectedPrompt = (): CollectedPrompt => ({
  texts: [],
  characters: 0,
  lastUser: [],
  systemCharacters: 0,
  toolTurn: false,
  images: 0,
  audio: false,
  audioBytes: 0,
  files: false,
  fileBytes: 0,
});

/** Adds what is a text and not empty, to `user` too where the user says it. */
export function addText(collected: CollectedPrompt, text: unknown, user: string[] | null = null): void {
  if (typeof text !== 'string' || text === '') return;
  collected.texts.push(text);
  collected.characters += text.length;
  user?.push(text);
}

/** Bytes behind base64, with or without a `data:` prefix; 0 of anything else. */
export const base64Bytes = (value: unknown): number =>
  typeof value === 'string' ? Math.floor(value.length * 0.75) : 0;

/** What came in, and what else (`asked`) shall come out. */
export function modalitiesOf(collected: CollectedPrompt, asked: readonly unknown[]): readonly Modality[] {
  const modalities: Modality[] = collected.characters > 0 ? ['text'] : [];
  if (collected.images > 0 || asked.includes('image')) modalities.push('image');
  if (collected.audio || asked.includes('audio')) modalities.push('audio');
  if (collected.files) modalities.push('file');
  return modalities;
}

/** The members of a view that say what was collected. */
export const collectedView = (collected: CollectedPrompt) =>
  ({
    lastUserTexts: collected.lastUser,
    texts: collected.texts,
    systemCharacters: collected.systemCharacters,
    totalCharacters: collected.characters,
    toolTurnPresent: collected.toolTurn,
    images: collected.images,
    audioBytes: collected.audioBytes,
    fileBytes: collected.fileBytes,
  }) satisfies Partial<PromptView>;

/** Length of those members of a scanned body that declare tools or a schema: they need not be written out again. */
export function declaredBytes(members: readonly JsonMember[], declarations: readonly string[]): number {
  let bytes = 0;
  for (const member of members) {
    if (declarations.includes(member.key)) bytes += member.valueEnd - member.valueStart;
  }
  return bytes;
}

/** The same of a body that was not scanned. */
export function declaredCharacters(body: Json, declarations: readonly string[]): number {
  let characters = 0;
  for (const name of declarations) {
    if (body[name] !== undefined) characters += JSON.stringify(body[name]).length;
  }
  return characters;
}

/** No rule asks for more. */
export const MOST_TOOL_NAMES = 64;

/** The first names of tools, each read by `nameOf`. */
export function toolNames(tools: readonly unknown[], nameOf: (tool: unknown) => unknown): readonly string[] {
  const names: string[] = [];
  for (let i = 0; i < tools.length && names.length < MOST_TOOL_NAMES; i += 1) {
    const name = nameOf(tools[i]);
    if (typeof name === 'string' && name !== '') names.push(name);
  }
  return names;
}

/** A number above 0, also one written as text; else null. */
export const positive = (value: unknown): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : null;
};
