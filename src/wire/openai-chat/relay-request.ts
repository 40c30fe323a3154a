import type { Deployment, UpstreamQuirks } from '../../contracts/deployment.ts';
import { type JsonScan, spliceJson } from '../../lib/json-scan.ts';
import type { UpstreamBody } from '../dialect.ts';
import { LossReport } from '../losses.ts';
import { ownCallIdRule } from './call-id-rule.ts';
import { LIMITS, outputLimitOf } from './output-limit.ts';
import type { OpenAiRequest } from './read-request.ts';
import { adaptCapabilities } from './relay-capabilities.ts';
import { cleanRelayMessages } from './relay-messages.ts';

/** Ours, or other gateways' routing habits that we have honoured already: an upstream would refuse them. */
const REMOVED_MEMBERS = ['alidade', 'models', 'provider', 'fallbacks', 'route', 'transforms'] as const;

const has = (body: Readonly<Record<string, unknown>>, name: string): boolean => Object.hasOwn(body, name);

/**
 * `max_tokens` and `max_completion_tokens` name the same limit; an upstream takes one, the other or either. It is sent under
 * one name and once: money was reserved for one of two that differ, and which of them an upstream obeys nobody knows.
 */
function renameLimit(
  body: Readonly<Record<string, unknown>>,
  accepted: Deployment['endpoint']['quirks']['maxTokensMember'],
  set: Record<string, string>,
  remove: string[],
): void {
  const limit = outputLimitOf(body);
  if (limit.value === null && accepted === 'either') return;
  const wanted = accepted === 'either' ? limit.name : accepted;
  for (const name of LIMITS) if (name !== wanted && has(body, name)) remove.push(name);
  if (limit.value !== null && body[wanted] !== limit.value) set[wanted] = JSON.stringify(limit.value);
}

/** Whether the relay must ask for usage itself and hide the answer to that. */
function asksForUsage(request: OpenAiRequest, deployment: Deployment): boolean {
  return request.stream && !request.includeUsage && deployment.endpoint.quirks.streamUsage === 'ask';
}

function streamOptions(body: Readonly<Record<string, unknown>>): string {
  const given = body.stream_options;
  const options = typeof given === 'object' && given !== null ? given : {};
  return JSON.stringify({ ...options, include_usage: true });
}

/** Answers of other upstreams in the conversation may hold what this one refuses. */
function cleanMessages(
  bytes: Buffer,
  scan: JsonScan,
  body: Readonly<Record<string, unknown>>,
  quirks: UpstreamQuirks,
  set: Record<string, string>,
  losses: LossReport,
): void {
  const member = scan.members.find(({ key }) => key === 'messages');
  if (member === undefined) return;
  const clean = cleanRelayMessages(bytes, { start: member.valueStart, end: member.valueEnd }, body, {
    refused: quirks.refusedMessageMembers ?? [],
    callIds: ownCallIdRule(quirks),
    userAfterResults: quirks.userAfterResults !== false,
  });
  if (clean === null) return;
  set.messages = clean.text;
  if (clean.answers) losses.add('results_answered');
  for (const name of clean.dropped) losses.add('member_refused', `messages[].${name}`);
}

/**
 * The client's own bytes with only owned members replaced: unknown members, big numbers, key order and white space
 * survive verbatim.
 */
export function buildRelayRequest(
  bytes: Buffer,
  scan: JsonScan,
  request: OpenAiRequest,
  deployment: Deployment,
): UpstreamBody {
  const { body } = request;
  const quirks = deployment.endpoint.quirks;
  const set: Record<string, string> = { model: JSON.stringify(deployment.upstreamModel) };
  const remove: string[] = [];
  const losses = new LossReport();
  for (const name of REMOVED_MEMBERS) if (has(body, name)) remove.push(name);
  if (request.operation === 'chat') {
    renameLimit(body, quirks.maxTokensMember, set, remove);
    cleanMessages(bytes, scan, body, quirks, set, losses);
    adaptCapabilities(body, deployment, { set, remove }, losses);
  }
  if (asksForUsage(request, deployment)) set.stream_options = streamOptions(body);
  for (const name of quirks.refusedMembers) {
    if (!has(body, name) || remove.includes(name)) continue;
    remove.push(name);
    // Nothing is lost where usage was not asked for, or comes without asking.
    if (name === 'stream_options' && (!request.includeUsage || quirks.streamUsage === 'always')) continue;
    losses.add('member_refused', name);
  }
  for (const [name, accepted] of Object.entries(quirks.onlyValues ?? {})) {
    if (!has(body, name) || remove.includes(name) || accepted.some((value) => value === body[name])) continue;
    remove.push(name);
    losses.add('member_value_refused', name);
  }
  return {
    path: request.operation === 'chat' ? '/chat/completions' : '/embeddings',
    body: spliceJson(bytes, scan, remove.length === 0 ? { set } : { set, remove }),
    loss: losses.entries,
  };
}
