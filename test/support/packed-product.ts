import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finished, readLockedPackages, readManifest, repositoryRoot, runProgram } from './repository.ts';

function orThrow(what: string, result: Finished): void {
  if (result.exitCode !== 0) throw new Error(`${what} failed (${result.exitCode}):\n${result.stdout}${result.stderr}`);
}

/** npm as the machine has it, with the user's environment but not the variables of an npm that runs these tests. */
function npm(args: readonly string[], cwd: string): Promise<Finished> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  return runProgram('npm', args, { cwd, env, timeoutMs: 300_000 });
}

/** Builds the product from source into `folder` and packs it there; returns the path of the tarball. */
export async function packProduct(folder: string): Promise<string> {
  const source = join(folder, 'source');
  mkdirSync(source, { recursive: true });
  orThrow('the build', await runProgram(process.execPath, ['scripts/build.ts', join(source, 'dist')]));
  for (const file of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']) {
    copyFileSync(join(repositoryRoot, file), join(source, file));
  }
  // A build beside its packages leaves this; it is this machine's, and no part of the package.
  mkdirSync(join(source, 'dist/compiled'), { recursive: true });
  writeFileSync(join(source, 'dist/compiled/of-this-machine'), '');
  orThrow('npm pack', await npm(['pack', '--ignore-scripts', '--pack-destination', folder], source));
  return join(folder, `${readManifest().name}-${readManifest().version}.tgz`);
}

/**
 * Installs a tarball of the product into an empty `folder`, as `npm install` would but from our own lock file, so that
 * npm finds everything in the cache that `npm ci` has filled and needs no network.
 */
export async function installProduct(tarball: string, folder: string): Promise<void> {
  const manifest = readManifest();
  const dependency = { [manifest.name]: `file:${tarball}` };
  const packages: Record<string, unknown> = {
    '': { dependencies: dependency },
    [`node_modules/${manifest.name}`]: {
      version: manifest.version,
      resolved: `file:${tarball}`,
      dependencies: manifest.dependencies,
      bin: manifest.bin,
      engines: manifest.engines,
    },
  };
  for (const [path, entry] of readLockedPackages()) if (entry.dev !== true) packages[path] = entry;

  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: dependency }));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, requires: true, packages }));
  orThrow('npm ci', await npm(['ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], folder));
}
