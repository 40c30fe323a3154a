import type { ClientRequest } from 'node:http';
import type { Preset } from '../contracts/preset.ts';
import { PRESETS } from './presets.ts';

// Not by import: see http-server.ts.
const { request } = process.getBuiltinModule('node:http');

/** A model server found on this machine. */
export interface LocalEngine {
  preset: string;
  /** For an endpoint's base_url, which then needs `private: true`. */
  baseUrl: string;
  /** Ids as the engine lists them, in its order. */
  models: readonly string[];
}

export interface LocalEngineOptions {
  presets?: readonly Preset[];
  /** Per engine, connecting included. */
  timeoutMs?: number;
}

/** Long enough for a busy engine on loopback, short enough that nobody notices it at start. */
const PROBE_MS = 300;
/** A list of models is a few kilobytes; whatever sends more than this is something else. */
const MAX_LIST_BYTES = 262_144;

/**
 * Looks for model servers on 127.0.0.1 at the presets' ports, all at once. Only a well-formed list of at least one model
 * counts, because ports like 8080 and 8000 belong to everybody. Never throws; what is not found is not there.
 */
export async function detectLocalEngines(options: LocalEngineOptions = {}): Promise<LocalEngine[]> {
  const { presets = PRESETS, timeoutMs = PROBE_MS } = options;
  const found = await Promise.all(
    presets.map(async (preset): Promise<LocalEngine | null> => {
      if (preset.local === undefined) return null;
      const { port, probe } = preset.local;
      const models = modelIds(await fetchText(port, probe, timeoutMs));
      return models === null ? null : { preset: preset.name, baseUrl: `http://127.0.0.1:${port}/v1`, models };
    }),
  );
  return found.filter((engine) => engine !== null);
}

/** Body of a 200 answer in JSON, or null for anything else. Redirects are not followed. */
function fetchText(port: number, path: string, timeoutMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const finish = (text: string | null): void => {
      clearTimeout(timer);
      probe.destroy();
      resolve(text);
    };
    const probe: ClientRequest = request(
      { host: '127.0.0.1', port, path, agent: false, headers: { accept: 'application/json' } },
      (response) => {
        const isJson = /^application\/json\b/i.test(response.headers['content-type'] ?? '');
        if (response.statusCode !== 200 || !isJson) {
          finish(null);
          return;
        }
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          parts.push(chunk);
          if (size > MAX_LIST_BYTES) finish(null);
        });
        response.on('end', () => finish(Buffer.concat(parts).toString('utf8')));
        response.on('error', () => finish(null));
      },
    );
    const timer = setTimeout(() => finish(null), timeoutMs);
    // Refused is the usual case: no such engine here.
    probe.on('error', () => finish(null));
    probe.end();
  });
}

/** Ids of an OpenAI model list, or null where the text is none or names no model. */
function modelIds(text: string | null): string[] | null {
  if (text === null) return null;
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    // Not JSON, so not a model server.
    return null;
  }
  if (typeof list !== 'object' || list === null || !('data' in list) || !Array.isArray(list.data)) return null;
  const ids = list.data.map((entry: unknown) =>
    typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string' ? entry.id : null,
  );
  const named = ids.filter((id): id is string => id !== null && id !== '');
  return named.length === 0 || named.length < ids.length ? null : named;
}
