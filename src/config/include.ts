import { dirname, resolve } from 'node:path';
import type { ConfigurationFiles } from './files.ts';
import { mountSource, type ReadFile, readYamlFile } from './read-file.ts';

interface IncludeContext {
  env: Readonly<Record<string, string | undefined>>;
  files: ConfigurationFiles;
}

/** Replaces `use_cases: path` and `ensembles: path` by what the files hold. */
export function includeFiles(read: ReadFile, context: IncludeContext): ReadFile {
  let current = read;
  for (const member of ['use_cases', 'ensembles'] as const) current = includeFile(current, member, context);
  return current;
}

function includeFile(read: ReadFile, member: string, context: IncludeContext): ReadFile {
  const outer = read.value as Record<string, unknown> | null;
  const path = outer?.[member];
  if (typeof path !== 'string') return { ...read, value: outer ?? {} };
  // Its name is not known, which has been said.
  if (read.problems.some(({ path: at }) => at.length === 1 && at[0] === member)) return { ...read, isBroken: true };
  const { env, files } = context;
  const file = resolve(dirname(read.source.file as string), path);
  const text = files.readText(file);
  if (text === null) {
    const message = `The file ${file} cannot be read.`;
    const problem = {
      severity: 'error' as const,
      path: [member],
      message,
      hint: null,
      ...read.source.locate([member]),
    };
    return { ...read, isBroken: true, problems: [...read.problems, problem] };
  }
  const inner = readYamlFile(text, file, env, files);
  // Both the bare list or map and one under its member's name are natural to write.
  const named = isMap(inner.value) && Object.keys(inner.value).length === 1 && member in inner.value;
  const inside = named ? [member] : [];
  const value = named ? (inner.value as Record<string, unknown>)[member] : inner.value;
  const innerWritten = [...inner.written].map(([key, textThere]) => {
    const steps = (JSON.parse(key) as (string | number)[]).slice(inside.length);
    return [JSON.stringify([member, ...steps]), textThere] as const;
  });
  return {
    value: { ...outer, [member]: value ?? undefined },
    isBroken: read.isBroken || inner.isBroken,
    problems: [...read.problems, ...inner.problems],
    source: mountSource(read.source, member, inner.source, inside),
    written: new Map([...read.written, ...innerWritten]),
  };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
