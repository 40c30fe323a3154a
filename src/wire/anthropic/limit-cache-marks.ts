import type { LossReport } from '../losses.ts';
import { isRecord } from '../members.ts';

/** More marks in one request are refused (build-with-claude/prompt-caching). */
const MOST_MARKS = 4;

/** Objects that hold a mark, in the order in which the vendor caches: tools, system, messages. */
function* marked(value: unknown): Iterable<Record<string, unknown>> {
  if (Array.isArray(value)) for (const child of value) yield* marked(child);
  if (!isRecord(value)) return;
  if (value.content !== undefined) yield* marked(value.content);
  if (value.cache_control !== undefined) yield value as Record<string, unknown>;
}

/** Takes away the first marks where there are too many: a later mark covers everything before it. */
export function limitCacheMarks(
  body: { tools?: unknown; system?: unknown; messages?: unknown; cache_control?: unknown },
  losses: LossReport,
): void {
  const held = [...marked(body.tools), ...marked(body.system), ...marked(body.messages)];
  const most = body.cache_control === undefined ? MOST_MARKS : MOST_MARKS - 1;
  if (held.length <= most) return;
  losses.add('cache_marks_too_many');
  for (const block of held.slice(0, held.length - most)) delete block.cache_control;
}
