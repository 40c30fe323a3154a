import { describe, expect, it } from 'vitest';
import { readLockedPackages, readManifest, readRepositoryFile } from '../support/repository.ts';

const manifest = readManifest();
const locked = readLockedPackages();
const runtime = [...locked].filter(([, entry]) => entry.dev !== true);

describe('runtime dependencies', () => {
  it('are pinned to exact versions, and so are the development ones', () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(version, name).toMatch(/^(npm:[^@]+@)?\d+\.\d+\.\d+$/);
    }
  });

  it('run no script when they are installed, nor does anything below them', () => {
    expect(runtime.length).toBeGreaterThan(Object.keys(manifest.dependencies).length);
    expect(runtime.filter(([, entry]) => entry.hasInstallScript).map(([path]) => path)).toEqual([]);
  });

  it('are at most 22', () => {
    expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(22);
  });

  it('each have one line in docs/dependencies.md that says what we would do without it', () => {
    const listed = [...readRepositoryFile('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| (.+) \| (.+) \|$/gm)];
    expect(listed.map((row) => row[1])).toEqual(Object.keys(manifest.dependencies).sort());
    for (const [, name, does, without] of listed) {
      expect(does?.length, name).toBeGreaterThan(20);
      expect(without?.length, name).toBeGreaterThan(20);
    }
  });
});

describe('package-lock.json', () => {
  it('names no place of download', () => {
    expect([...locked].filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
    expect(readRepositoryFile('.npmrc')).toContain('omit-lockfile-registry-resolved=true');
  });

  it('holds an integrity hash for every package', () => {
    const without = [...locked].filter(([, entry]) => entry.integrity === undefined);
    expect(without.map(([path]) => path)).toEqual([]);
  });

  // npm 11 refuses to install from a lock file that lacks a package of another platform.
  it('holds the packages of every platform', () => {
    const names = new Set([...locked.keys()].map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)));
    for (const [path, entry] of locked) {
      for (const name of Object.keys(entry.optionalDependencies ?? {})) expect(names, path).toContain(name);
    }
  });

  it('runs install scripts only of packages that package.json allows', () => {
    const scripted = [...locked].filter(([, entry]) => entry.hasInstallScript && entry.optional !== true);
    const allowed = Object.keys(manifest.allowScripts).filter((name) => manifest.allowScripts[name]);
    expect(scripted.map(([path]) => path.replace(/^.*node_modules\//, ''))).toEqual(allowed);
  });
});
