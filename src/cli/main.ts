#!/usr/bin/env node
// cli/main.ts: the executable. It only checks the runtime and hands over to program.ts.
// May import: program.ts and v8-threads.ts, and these dynamically: an older Node must be able to parse this file, and must not
// reach a module that uses what it lacks, or its user sees a stack trace in place of the sentence below.
// So: no top-level await, no static import, no syntax younger than modules themselves.
// Start reading at program.ts.

/** How Node calls the folder of what this V8 compiled for this account. Called otherwise, it is not found, and no harm done. */
function folderOfThisNode(): string {
  const compiler = process.getBuiltinModule('node:v8').cachedDataVersionTag().toString(16).padStart(8, '0');
  const account = process.getuid ? `-${process.getuid()}` : '';
  return `${process.version}-${process.arch}-${compiler}${account}`;
}

/**
 * Compiling what a command imports takes most of its start. The build leaves beside the code what it compiled; where that is
 * another Node's, or there is none, Node keeps the result in a folder of this account: one that others may write to could be
 * made to hold other code.
 */
function cacheCompiledCode(): void {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const { enableCompileCache } = process.getBuiltinModule('node:module');
  const built = `${import.meta.dirname}/../compiled`;
  const root = XDG_CACHE_HOME || (HOME ? `${HOME}/.cache` : '');
  if (process.getBuiltinModule('node:fs').existsSync(`${built}/${folderOfThisNode()}`)) enableCompileCache(built);
  else if (root !== '') enableCompileCache(`${root}/alidade/compiled`);
}

const numbers = process.versions.node.split('.').map(Number);
const major = numbers[0] || 0;
const minor = numbers[1] || 0;

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`Alidade needs Node 22.19 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 2;
} else {
  const serves = process.argv.includes('serve');
  const begun = serves ? import('./v8-threads.ts').then((module) => module.beginServing()) : Promise.resolve();
  begun
    .then(() => {
      cacheCompiledCode();
      return import('./program.ts');
    })
    .then((module) => module.run(process.argv))
    .then((exitCode) => {
      process.exitCode = exitCode;
    })
    .catch((error) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 1;
    });
}
