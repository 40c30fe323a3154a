import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = fileURLToPath(new URL('../../', import.meta.url));

export function readRepositoryFile(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

export interface LockedPackage {
  version: string;
  dev?: boolean;
  optional?: boolean;
  hasInstallScript?: boolean;
  resolved?: string;
  integrity?: string;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export interface PackageManifest {
  name: string;
  version: string;
  bin: Record<string, string>;
  scripts: Record<string, string>;
  engines: { node: string };
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
}

export function readManifest(): PackageManifest {
  return JSON.parse(readRepositoryFile('package.json')) as PackageManifest;
}

/** The lock file's packages by install path, without the entry of this package itself (path ''). */
export function readLockedPackages(): Map<string, LockedPackage> {
  const lock = JSON.parse(readRepositoryFile('package-lock.json')) as { packages: Record<string, LockedPackage> };
  return new Map(Object.entries(lock.packages).filter(([path]) => path !== ''));
}

export interface Finished {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end; a non-zero exit is a value, a program that cannot be started is an exception. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    execFile(
      file,
      [...args],
      {
        cwd: options.cwd ?? repositoryRoot,
        env: options.env ?? process.env,
        timeout: options.timeoutMs ?? 120_000,
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
  });
}

/** Every file that git tracks or would track, relative to the root, with `/`. */
export async function listRepositoryFiles(): Promise<string[]> {
  const listed = await runProgram('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z']);
  if (listed.exitCode !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`);
  return listed.stdout.split('\0').filter((path) => path !== '');
}
