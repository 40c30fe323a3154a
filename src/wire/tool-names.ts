import type { ChatRequest } from '../contracts/chat-request.ts';
import { sha256Hex } from '../lib/hash.ts';

/** What an upstream takes as the name of a tool. */
export interface ToolNameRule {
  /** Names that fit it pass unchanged. Without the `g` flag. */
  pattern: RegExp;
  /** Longest name in characters. */
  maxLength: number;
}

/** Names as an upstream takes them, and back; fixed for one request. */
export interface ToolNames {
  toUpstream(name: string): string;
  fromUpstream(name: string): string;
  /** Whether any name of the request had to be changed. */
  readonly changed: boolean;
}

const AS_THEY_ARE: ToolNames = { toUpstream: (name) => name, fromUpstream: (name) => name, changed: false };
const DIGEST_CHARACTERS = 8;

function fittingName(name: string, rule: ToolNameRule): string {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, '_');
  const digest = sha256Hex(name).slice(0, DIGEST_CHARACTERS);
  const room = rule.maxLength - DIGEST_CHARACTERS - 1;
  const begun = /^[A-Za-z_]/.test(plain) ? plain : `t_${plain}`;
  return `${begun.slice(0, room)}_${digest}`;
}

function* namesOf(request: ChatRequest): Iterable<string> {
  for (const tool of request.tools) if (tool.kind === 'function') yield tool.name;
  for (const turn of request.turns) {
    if (turn.role !== 'assistant') continue;
    for (const part of turn.parts) if (part.type === 'tool-call') yield part.name;
  }
}

/**
 * Names longer or other than the upstream takes become `<beginning>_<8 hex digits of their digest>`: the same name is
 * always the same, and what the model calls is given back under the caller's own name.
 */
export function createToolNames(request: ChatRequest, rule: ToolNameRule): ToolNames {
  const there = new Map<string, string>();
  const back = new Map<string, string>();
  for (const name of namesOf(request)) {
    if (there.has(name) || (name.length <= rule.maxLength && rule.pattern.test(name))) continue;
    const fitting = fittingName(name, rule);
    there.set(name, fitting);
    back.set(fitting, name);
  }
  if (there.size === 0) return AS_THEY_ARE;
  return {
    toUpstream: (name) => there.get(name) ?? name,
    fromUpstream: (name) => back.get(name) ?? name,
    changed: true,
  };
}
