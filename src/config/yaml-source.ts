import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { ConfigurationFinding, ConfigurationPath } from '../contracts/configuration-problem.ts';
import type { ConfigurationPlace, ConfigurationSource } from './problem.ts';

/** Deeper or larger than any configuration: what exceeds these is an accident or an alias bomb. */
const MAX_DEPTH = 32;
const MAX_NODES = 100_000;

export interface ParsedYaml {
  /** Plain data; null for an empty file. Usable only without errors in `findings`. */
  value: unknown;
  /** Findings with offsets already turned into places; paths are empty where the syntax is broken. */
  findings: readonly (ConfigurationFinding & ConfigurationPlace)[];
  source: ConfigurationSource;
}

/**
 * Reads one YAML 1.2 document, remembering where every value and every member name is written, through anchors and
 * `<<` merges too. Never throws: what cannot be read is in `findings`.
 */
export function parseYaml(text: string, file: string): ParsedYaml {
  const lines = new LineCounter();
  const place = (offset: number): ConfigurationPlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  // What decoding puts in place of bytes that are none. Read on, names and paths would be others than those written.
  const foreign = text.indexOf('\uFFFD');
  if (foreign >= 0) {
    const start = text.lastIndexOf('\n', foreign - 1) + 1;
    const at = { file, line: text.slice(0, start).split('\n').length, column: foreign - start + 1 };
    return refused('The file is not UTF-8 from here on: save it as UTF-8.', file, at);
  }
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
    // Some of its recursions the library ends itself, and then reports every bracket that stayed open.
    const exhausted = document.errors.find(({ message }) => /call stack/.test(message));
    if (exhausted !== undefined) return refused(TOO_DEEP, file, place(exhausted.pos[0]));
    const reader = new Reader(document, place);
    for (const error of [...document.errors, ...document.warnings]) reader.fail([], error.pos[0], sentence(error));
    const readable = document.errors.length === 0 && document.contents !== null;
    const value = readable ? reader.read(document.contents, []) : null;
    return { value, findings: reader.findings, source: { file, ...reader.lookup() } };
  } catch (error) {
    // The parser recurses, so a text of thousands of brackets exhausts the stack.
    if (!(error instanceof RangeError)) throw error;
    return refused(TOO_DEEP, file, { file, line: 1, column: 1 });
  }
}

const TOO_DEEP = 'The file nests too deeply to be a configuration.';

function refused(message: string, file: string, at: ConfigurationPlace): ParsedYaml {
  const findings = [{ severity: 'error' as const, path: [], message, hint: null, ...at }];
  return { value: null, findings, source: { file, locate: () => at, locateName: () => at } };
}

interface Written {
  value: number;
  name: number | null;
}

class Reader {
  readonly findings: (ConfigurationFinding & ConfigurationPlace)[] = [];
  readonly #document: Document.Parsed;
  readonly #place: (offset: number) => ConfigurationPlace;
  readonly #written = new Map<string, Written>();
  #nodes = 0;

  constructor(document: Document.Parsed, place: (offset: number) => ConfigurationPlace) {
    this.#document = document;
    this.#place = place;
  }

  fail(path: ConfigurationPath, offset: number, message: string, hint: string | null = null): void {
    this.findings.push({ severity: 'error', path, message, hint, ...this.#place(offset) });
  }

  read(node: Node | null, path: ConfigurationPath, name: number | null = null): unknown {
    const offset = node?.range?.[0] ?? name ?? 0;
    this.#note(path, { value: offset, name });
    if (node === null || !this.#mayRead(path, offset)) return null;
    if (isAlias(node)) return this.#readAlias(node, path, name);
    if (isMap(node)) return this.#readMap(node, path);
    if (isSeq(node)) return node.items.map((item, index) => this.read(item as Node | null, [...path, index]));
    return isScalar(node) ? node.value : null;
  }

  /** An alias is read again at its own place, so that cycles and bombs end at the limits. */
  #readAlias(alias: Alias, path: ConfigurationPath, name: number | null): unknown {
    const offset = alias.range?.[0] ?? 0;
    const target = alias.resolve(this.#document);
    if (target === undefined) {
      this.fail(path, offset, `There is no anchor &${alias.source} before this alias.`);
      return null;
    }
    const value = this.read(target, path, name);
    this.#note(path, { value: offset, name });
    return value;
  }

  #readMap(map: YAMLMap, path: ConfigurationPath): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    for (const pair of map.items as Pair<Node | null, Node | null>[]) {
      const key = this.#readName(pair.key, path);
      if (key === null) continue;
      if (key === '<<') this.#merge(members, pair.value, path);
      else members[key] = this.read(pair.value, [...path, key], pair.key?.range?.[0] ?? null);
    }
    return members;
  }

  #readName(key: Node | null, path: ConfigurationPath): string | null {
    const offset = key?.range?.[0] ?? 0;
    const text = isScalar(key) && key.value !== null ? String(key.value) : null;
    if (text === null) this.fail(path, offset, 'A member name must be plain text.');
    // It would change the object's prototype wherever it is copied.
    else if (text === '__proto__') this.fail(path, offset, 'A member may not be called __proto__.');
    else return text;
    return null;
  }

  /** YAML's merge key: members written beside it win, and earlier merged maps win over later ones. */
  #merge(members: Record<string, unknown>, node: Node | null, path: ConfigurationPath): void {
    const sources = isSeq(node) ? (node.items as Node[]) : [node];
    for (const source of sources) {
      const written = new Map(this.#written);
      const merged = this.read(source, path);
      if (typeof merged !== 'object' || merged === null || Array.isArray(merged)) {
        this.fail(path, source?.range?.[0] ?? 0, '<< needs an alias to a map, or a list of such aliases.');
        continue;
      }
      for (const [key, value] of Object.entries(merged)) if (!Object.hasOwn(members, key)) members[key] = value;
      for (const [key, place] of written) this.#written.set(key, place);
    }
  }

  #mayRead(path: ConfigurationPath, offset: number): boolean {
    this.#nodes++;
    if (path.length > MAX_DEPTH)
      this.fail(path.slice(0, 4), offset, `The configuration nests deeper than ${MAX_DEPTH} levels.`);
    else if (this.#nodes === MAX_NODES)
      this.fail(
        path,
        offset,
        `The configuration has more than ${MAX_NODES} values, aliases counted where they are used.`,
      );
    return path.length <= MAX_DEPTH && this.#nodes < MAX_NODES;
  }

  #note(path: ConfigurationPath, written: Written): void {
    if (this.#nodes < MAX_NODES) this.#written.set(pathKey(path), written);
  }

  lookup(): Omit<ConfigurationSource, 'file'> {
    const nearest = (path: ConfigurationPath): Written => {
      for (let length = path.length; length > 0; length--) {
        const found = this.#written.get(pathKey(path.slice(0, length)));
        if (found !== undefined) return found;
      }
      return this.#written.get(pathKey([])) ?? { value: 0, name: null };
    };
    return {
      locate: (path) => this.#place(nearest(path).value),
      locateName: (path) => {
        const found = nearest(path);
        return this.#place(found.name ?? found.value);
      },
    };
  }
}

function pathKey(path: ConfigurationPath): string {
  return JSON.stringify(path);
}

function sentence(error: { code: string; message: string }): string {
  if (error.code === 'DUPLICATE_KEY') return 'This member is written twice; only one can count.';
  if (error.code === 'MULTIPLE_DOCS') return 'The file holds several documents; a configuration is one.';
  return error.message.endsWith('.') ? error.message : `${error.message}.`;
}
