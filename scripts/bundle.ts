// Joins the modules that tsc wrote into a few files. A start reads and links every module that it needs: a thousand
// small ones, a third of them of packages, take longer than all that they do (docs/decisions/0020-few-files-to-read.md).

import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { preparedTables } from './prepared-tables.ts';

/** What is run or imported by its path. `cli/main.js` stays as it is: an older Node must be able to parse it. */
const ENTRIES = [
  'index',
  'cli/program',
  'cli/v8-threads',
  'audit/verify-main',
  'store/store-worker',
  'policy-thread/policy-worker',
  'privacy-thread/scan-worker',
];

/** Packages of many modules that a start needs. The others are few files, or load files of their own by path. */
export const JOINED_PACKAGES = ['commander', 'kysely', 'libphonenumber-js', 'yaml', 'zod'];

const CHUNKS = 'chunks';
const LEFT_ALONE = 'cli/main.js';

const PROCESS = /^(node:)?process$/;
const GIVEN_PROCESS = '\0given-process';

/** Data that is read as it is: in a module it would be kept twice, as text and as what was compiled from it. */
const DATA = /\.generated\.json$/;

const isJoined = (id: string): boolean => JOINED_PACKAGES.some((name) => id === name || id.startsWith(`${name}/`));

/** A module finds files and workers beside itself; from a chunk it must look where it was. */
const keepPlaces = (dist: string): Plugin => ({
  name: 'keep-places',
  transform(code, id) {
    if (!code.includes('import.meta.url') || !id.startsWith(dist)) return null;
    const place = relative(join(dist, CHUNKS), id).replaceAll('\\', '/');
    return code.replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`);
  },
});

/**
 * Joined packages are those of this repository, wherever the modules were written to. `import` of a built-in module reads
 * every export, so that of `process` opens standard input and output: packages that import it are given the global object.
 */
const ownPackages = (root: string): Plugin => ({
  name: 'own-packages',
  async resolveId(id, importer) {
    if (PROCESS.test(id)) return GIVEN_PROCESS;
    if (!isJoined(id) || importer?.includes('node_modules') === true) return null;
    const found = await this.resolve(id, join(root, 'package.json'), { skipSelf: true });
    if (found === null) throw new Error(`${id} is not installed.`);
    return found;
  },
  load: (id) => (id === GIVEN_PROCESS ? 'export default globalThis.process; export const env = process.env;' : null),
});

/**
 * V8 keeps the text of a module, in two bytes a character as soon as one character needs two. Escapes mean the same in
 * strings, patterns and templates; the raw text of a template is the one place where they do not.
 */
export function inOneByte(code: string, fileName: string): string {
  if (/String\.raw`[^`]*[\u0100-\uffff]/.test(code)) throw new Error(`${fileName}: raw text cannot be escaped.`);
  // Its escape would begin with an escaped backslash.
  const behindBackslash = /(?<!\\)(?:\\\\)*\\[\u0100-\uffff]/.exec(code);
  if (behindBackslash !== null)
    throw new Error(`${fileName}: ${behindBackslash[0]} must be written without backslash.`);
  return code.replaceAll(/[\u0100-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const BUILT_IN = /^import (?:(?:\* as )?([\w$]+))?(?:, )?(?:\{ (.+) \})? from "(node:[\w/]+)";$/;

/**
 * `import` of a built-in module reads every export of it, and some of those load what nobody here uses: streams of files, a
 * web's cryptography, another HTTP client. They are taken from the module itself, which reads what is named.
 */
export function takeBuiltIns(code: string): string {
  const lines = code.split('\n');
  const first = lines.findIndex((line) => !/^(?:import |#!)/.test(line));
  for (let at = 0; at < (first < 0 ? lines.length : first); at += 1) {
    const [, whole, names, module] = BUILT_IN.exec(lines[at] as string) ?? [];
    if (module === undefined) continue;
    const taken = [whole, names && `{ ${names.replaceAll(' as ', ': ')} }`].filter((target) => target);
    lines[at] = taken.map((target) => `const ${target} = process.getBuiltinModule("${module}");`).join(' ');
  }
  return lines.join('\n');
}

/** Places are counted from `chunks/`, so what asks for one must lie in a folder as deep. @throws Error where it does not */
export function checkPlaces(code: string, fileName: string): void {
  if (fileName.split('/').length === 2 || !code.includes('import.meta.url')) return;
  throw new Error(`${fileName}: import.meta.url leads elsewhere from here; ask for it in a module of its own.`);
}

/** The text of every licence whose code is inside. */
function licences(root: string): string {
  const texts = JOINED_PACKAGES.map((name) => {
    const folder = join(root, 'node_modules', name);
    const file = globSync('LICEN[CS]E*', { cwd: folder })[0];
    if (file === undefined) throw new Error(`${name} has no licence file, so its code may not be joined.`);
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return `Code of these packages is part of the files in this folder.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** Replaces the modules in `dist` by joined ones; entries keep their paths, declarations stay. */
export async function bundle(root: string, dist: string): Promise<void> {
  const modules = globSync('**/*.js', { cwd: dist });
  const build = await rolldown({
    input: Object.fromEntries(ENTRIES.map((name) => [name, join(dist, `${name}.js`)])),
    platform: 'node',
    external: (id) => DATA.test(id) || !(/^[./\0]/.test(id) || isJoined(id) || PROCESS.test(id)),
    experimental: { attachDebugInfo: 'none' },
    plugins: [ownPackages(root), preparedTables(dist), keepPlaces(dist)],
  });
  const { output } = await build.generate({
    format: 'esm',
    comments: false,
    entryFileNames: '[name].js',
    chunkFileNames: `${CHUNKS}/[name]-[hash].js`,
  });
  await build.close();
  for (const path of modules) if (path !== LEFT_ALONE) rmSync(join(dist, path));
  for (const file of output) {
    const path = join(dist, file.fileName);
    if (file.type === 'chunk') checkPlaces(file.code, file.fileName);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.type === 'chunk' ? inOneByte(takeBuiltIns(file.code), file.fileName) : file.source);
  }
  writeFileSync(join(dist, 'LICENSES-OF-PACKAGES.txt'), licences(root));
}
