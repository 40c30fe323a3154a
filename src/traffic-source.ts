// traffic-source.ts: a use case's own requests as items that samples may be drawn from.
// May import: contracts/, wire/, policy/, evals/ and redact-conversation.ts.
// Start here: each kept body is read, redacted and put before the rules on evaluation; whatever may not be drawn is
// counted with its reason. One body is held at a time.
import type { BodyLog, BodyRecord } from './contracts/body-log.ts';
import type { ChatRequest } from './contracts/chat-request.ts';
import type { UseCaseConfig } from './contracts/configuration.ts';
import type { Deployment } from './contracts/deployment.ts';
import { AppError } from './contracts/errors.ts';
import type { SampleInput } from './contracts/evaluation.ts';
import type { Receipt } from './contracts/receipt.ts';
import { signatureOf } from './evals/sampling/near-duplicates.ts';
import { type TrafficEntry, textOf } from './evals/sampling/sample-traffic.ts';
import type { PolicyEngine } from './policy/policy-engine.ts';
import { type PolicySettings, requestAttributes } from './policy/request-attributes.ts';
import { type RedactedConversation, redactConversation } from './redact-conversation.ts';
import { readAnthropicChat } from './wire/anthropic/read-chat.ts';
import { readOpenAiChat } from './wire/openai-chat/read-chat.ts';

export interface TrafficPorts {
  bodies: BodyLog;
  receipt(requestId: string): Promise<Receipt | null>;
  policy: PolicyEngine;
  /** Who may be asked about a sample later. */
  deployments(): readonly Deployment[];
  useCase(id: string): UseCaseConfig | null;
  settings(): PolicySettings;
}

/** Longer conversations are for suites made on purpose; a sample is read by people too. */
const MAX_CHARACTERS = 400_000;
const DEFAULT_OUTPUT_TOKENS = 4_096;
/** Detection takes about a millisecond a page: traffic is let through in between. */
const YIELD_EVERY = 8;

const yielded = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function readChat({ request }: BodyRecord, { dialect }: Receipt): ChatRequest | null {
  try {
    const body = JSON.parse(request) as Record<string, unknown>;
    return dialect === 'anthropic' ? readAnthropicChat(body, Buffer.from(request)) : readOpenAiChat(body);
  } catch (error) {
    // A body that was refused, or whose end is missing, is no conversation.
    if (error instanceof AppError || error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

function inputOf(chat: ChatRequest, { turns }: RedactedConversation): SampleInput {
  return {
    turns,
    tools: chat.tools,
    maxOutputTokens: chat.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS,
    temperature: chat.temperature,
  };
}

/** Whether rules let a request with these data become material for evaluation, whoever will answer. */
async function mayEvaluate(ports: TrafficPorts, useCase: UseCaseConfig, detected: readonly string[]): Promise<boolean> {
  const attributes = requestAttributes({
    useCase,
    // As if declared: what was found in a text that will be kept counts on unlabelled traffic too.
    declaredClasses: detected,
    detectedClasses: [],
    keyJurisdictions: null,
    statedTask: null,
    statedLabels: [],
    unscannable: false,
    settings: ports.settings(),
  });
  const outcome = await ports.policy.prepare({ attributes }, 'evaluation');
  if (outcome !== null && !outcome.ok) {
    throw new AppError('policy_unavailable', 'Rules about evaluation could not be evaluated, so nothing may be drawn.');
  }
  return ports.deployments().every((deployment) => ports.policy.mayUse('evaluate_on', { attributes }, deployment));
}

/** Every kept body of a use case in the frame. @throws AppError not_found for a use case that does not exist */
export async function* readTraffic(
  ports: TrafficPorts,
  useCaseId: string,
  since: string | null,
  until: string | null,
): AsyncGenerator<TrafficEntry> {
  const useCase = ports.useCase(useCaseId);
  if (useCase === null) throw new AppError('not_found', `There is no use case ${JSON.stringify(useCaseId)}.`);
  let count = 0;
  for await (const { record, again } of ports.bodies.scan(useCaseId, since, until)) {
    count += 1;
    if (count % YIELD_EVERY === 0) await yielded();
    yield await entryOf(ports, useCase, record, again);
  }
}

async function entryOf(
  ports: TrafficPorts,
  useCase: UseCaseConfig,
  record: BodyRecord,
  again: () => Promise<BodyRecord | null>,
): Promise<TrafficEntry> {
  if (record.truncated) return { excluded: 'truncated' };
  const receipt = await ports.receipt(record.request_id);
  const decision = receipt?.decision ?? null;
  if (receipt === null || decision === null) return { excluded: 'no_receipt' };
  const chat = readChat(record, receipt);
  if (chat === null || chat.turns.length === 0) return { excluded: 'unreadable' };
  if (record.request.length > MAX_CHARACTERS) return { excluded: 'too_long' };
  const redacted = redactConversation(chat.turns);
  if (!redacted.isText) return { excluded: 'not_text' };
  const detected = [...new Set([...decision.data_classes, ...redacted.dataClasses])];
  if (!(await mayEvaluate(ports, useCase, detected))) return { excluded: 'policy' };
  return {
    requestId: record.request_id,
    at: record.at,
    task: decision.task,
    language: decision.language,
    length: decision.length_bucket,
    signature: signatureOf(textOf(inputOf(chat, redacted))),
    load: async () => {
      const later = await again();
      const read = later === null ? null : readChat(later, receipt);
      return read === null ? null : inputOf(read, redactConversation(read.turns));
    },
  };
}
