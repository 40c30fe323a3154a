import type {
  AssistantPart,
  ChatRequest,
  FilePart,
  MediaSource,
  ResponseFormat,
  TextPart,
  ToolDefinition,
  ToolResultPart,
  Turn,
  UnknownPart,
} from '../../contracts/chat-request.ts';
import type { Spoken, SpokenText } from '../../contracts/tokens.ts';
import { spokenOfText } from './spoken-body.ts';
import type { SpokenContext } from './spoken-members.ts';

/** Something of a request that can be said again with other texts. */
type Said<T> = (replaced: readonly string[]) => T;

type Part = AssistantPart | Extract<Turn, { role: 'user' }>['parts'][number];

/** The texts of a conversation in the order in which they are met; each reader says how its part is put together again. */
class ChatTexts {
  readonly texts: SpokenText[] = [];

  text(text: string): Said<string> {
    if (text === '') return () => text;
    const slot = this.texts.length;
    this.texts.push({ text, from: 0 });
    return (replaced) => replaced[slot] ?? text;
  }

  optional(text: string | null | undefined): Said<string | null | undefined> {
    return typeof text === 'string' ? this.text(text) : () => text;
  }

  json(text: string, context: SpokenContext): Said<string> {
    return text === '' ? () => text : spokenOfText(text, context, this.texts);
  }

  value<T>(value: T, context: SpokenContext): Said<T> {
    const text = JSON.stringify(value);
    if (text === undefined) return () => value;
    const say = this.json(text, context);
    return (replaced) => {
      const next = say(replaced);
      return next === text ? value : (JSON.parse(next) as T);
    };
  }

  list<A, B>(items: readonly A[], read: (item: A) => Said<B>): Said<B[]> {
    const said = items.map(read);
    return (replaced) => said.map((say) => say(replaced));
  }

  turn(turn: Turn): Said<Turn> {
    if (turn.role === 'tool') {
      const results = this.list(turn.results, (result) => this.result(result));
      return (replaced) => ({ ...turn, results: results(replaced) });
    }
    const parts = this.list(turn.parts as readonly Part[], (part) => this.part(part));
    const name = this.optional(turn.name);
    return (replaced) => withName({ ...turn, parts: parts(replaced) } as Turn, name(replaced));
  }

  result(result: ToolResultPart): Said<ToolResultPart> {
    const parts = this.list(result.parts, (part) => this.part(part) as Said<typeof part>);
    return (replaced) => ({ ...result, parts: parts(replaced) });
  }

  /** Results of tools, and what users paste, may be JSON: then only its values are looked at, each by itself. */
  textPart(part: TextPart): Said<TextPart> {
    const text = this.json(part.text, 'free');
    const citations = this.value(part.citations, 'dialect');
    return (replaced) => {
      const next = { ...part, text: text(replaced) };
      const cited = citations(replaced);
      return cited === undefined ? next : { ...next, citations: cited };
    };
  }

  part(part: Part): Said<Part> {
    switch (part.type) {
      case 'text':
        return this.textPart(part);
      case 'reasoning':
      case 'refusal': {
        const text = this.text(part.text);
        return (replaced) => ({ ...part, text: text(replaced) });
      }
      case 'tool-call': {
        const text = part.custom === true ? this.text(part.arguments) : this.json(part.arguments, 'free');
        return (replaced) => ({ ...part, arguments: text(replaced) });
      }
      case 'file':
        return this.file(part);
      case 'audio': {
        const transcript = this.optional(part.transcript);
        return (replaced) =>
          part.transcript === undefined ? part : { ...part, transcript: transcript(replaced) ?? '' };
      }
      case 'unknown': {
        const value = this.value(part.value, 'dialect');
        return (replaced) => ({ ...part, value: value(replaced) }) satisfies UnknownPart;
      }
      default:
        return () => part;
    }
  }

  file(part: FilePart): Said<FilePart> {
    const source = this.source(part.source);
    const words = (['filename', 'title', 'context'] as const).map((name) => [name, this.optional(part[name])] as const);
    return (replaced) => {
      const said = words.map(([name, say]) => [name, say(replaced)] as const).filter(([, text]) => text !== undefined);
      return { ...part, source: source(replaced), ...Object.fromEntries(said) };
    };
  }

  source(source: MediaSource): Said<MediaSource> {
    if (source.kind !== 'text') return () => source;
    const text = this.text(source.text);
    return (replaced) => ({ ...source, text: text(replaced) });
  }

  tool(tool: ToolDefinition): Said<ToolDefinition> {
    if (tool.kind === 'server') {
      const value = this.value(tool.value, 'dialect');
      return (replaced) => ({ ...tool, value: value(replaced) });
    }
    const description = this.optional(tool.description);
    const parameters = this.value(tool.parameters, 'schema');
    return (replaced) => ({
      ...tool,
      description: description(replaced) ?? null,
      parameters: parameters(replaced),
    });
  }

  format(format: ResponseFormat | null): Said<ResponseFormat | null> {
    if (format === null || format.kind !== 'json-schema') return () => format;
    const description = this.optional(format.description);
    const schema = this.value(format.schema, 'schema');
    return (replaced) => ({ ...format, description: description(replaced) ?? null, schema: schema(replaced) });
  }
}

const withName = (turn: Turn, name: string | null | undefined): Turn =>
  typeof name === 'string' && turn.role !== 'tool' ? { ...turn, name } : turn;

/** All that a conversation of the contract says: turns, arguments and results of tools, schemas, names. */
export function spokenOfChat(request: ChatRequest): Spoken<ChatRequest> {
  const said = new ChatTexts();
  const turns = said.list(request.turns, (turn) => said.turn(turn));
  const tools = said.list(request.tools, (tool) => said.tool(tool));
  const stop = said.list(request.stop, (text) => said.text(text));
  const responseFormat = said.format(request.responseFormat);
  const userId = said.optional(request.userId);
  const promptCacheKey = said.optional(request.promptCacheKey);
  const metadata = said.value(request.metadata, 'free');
  return {
    texts: said.texts,
    rewrite: (replaced) => ({
      ...request,
      turns: turns(replaced),
      tools: tools(replaced),
      stop: stop(replaced),
      responseFormat: responseFormat(replaced),
      userId: userId(replaced) ?? null,
      promptCacheKey: promptCacheKey(replaced) ?? null,
      metadata: metadata(replaced),
    }),
  };
}
