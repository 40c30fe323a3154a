// redact-conversation.ts: takes personal data and secrets out of a conversation that will be kept as a sample.
// May import: contracts/ and privacy/.
// Start here. The same value gets the same mark within one conversation, so that a question still makes sense.
import type { TextPart, ToolCallPart, Turn } from './contracts/chat-request.ts';
import { dataClassesOf, detect } from './privacy/detect.ts';
import { isMaskedByDefault } from './privacy/types-of-data.ts';

export interface RedactedConversation {
  turns: Turn[];
  /** Of what was found, masked or not. */
  dataClasses: string[];
  /** false: it holds images, sound or files, which nothing here can look into. */
  isText: boolean;
}

class Redaction {
  readonly classes = new Set<string>();
  isText = true;
  readonly #marks = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  text(text: string): string {
    const findings = detect(text);
    for (const name of dataClassesOf(findings)) this.classes.add(name);
    let redacted = '';
    let from = 0;
    for (const finding of findings) {
      if (!isMaskedByDefault(finding) || finding.start < from) continue;
      redacted += text.slice(from, finding.start) + this.#mark(finding.type, text.slice(finding.start, finding.end));
      from = finding.end;
    }
    return redacted + text.slice(from);
  }

  #mark(type: string, value: string): string {
    const key = `${type} ${value}`;
    const known = this.#marks.get(key);
    if (known !== undefined) return known;
    const number = (this.#counts.get(type) ?? 0) + 1;
    this.#counts.set(type, number);
    const mark = `[${type.toUpperCase()}_${number}]`;
    this.#marks.set(key, mark);
    return mark;
  }

  /** Text and calls, redacted; the rest of a turn (thoughts, signatures, citations) is not asked again. */
  parts<Part extends { type: string }>(parts: readonly Part[]): (TextPart | ToolCallPart)[] {
    return parts.flatMap((part): (TextPart | ToolCallPart)[] => {
      if (part.type === 'text') return [{ type: 'text', text: this.text((part as unknown as TextPart).text) }];
      if (part.type === 'tool-call') {
        const { id, name, arguments: given } = part as unknown as ToolCallPart;
        return [{ type: 'tool-call', id, name, arguments: this.text(given) }];
      }
      if (part.type !== 'reasoning') this.isText = false;
      return [];
    });
  }
}

const onlyText = (parts: readonly (TextPart | ToolCallPart)[]): TextPart[] =>
  parts.filter((part) => part.type === 'text');

/** A conversation without what detection masks by default. */
export function redactConversation(turns: readonly Turn[]): RedactedConversation {
  const redaction = new Redaction();
  const redacted = turns.map((turn): Turn => {
    if (turn.role === 'tool') {
      const results = turn.results.map((result) => ({ ...result, parts: onlyText(redaction.parts(result.parts)) }));
      return { role: 'tool', results };
    }
    const parts = redaction.parts(turn.parts);
    return turn.role === 'assistant' ? { role: 'assistant', parts } : { role: turn.role, parts: onlyText(parts) };
  });
  return { turns: redacted, dataClasses: [...redaction.classes], isText: redaction.isText };
}
