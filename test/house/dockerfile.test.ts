import { describe, expect, it } from 'vitest';
import { readManifest, readRepositoryFile } from '../support/repository.ts';

const text = readRepositoryFile('Dockerfile');
const instructions = text
  .replaceAll(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => ({ name: line.slice(0, line.indexOf(' ')), value: line.slice(line.indexOf(' ') + 1).trim() }));
const all = (name: string): string[] => instructions.filter((line) => line.name === name).map((line) => line.value);
const lastStage = instructions.slice(instructions.findLastIndex((line) => line.name === 'FROM'));

describe('the Dockerfile', () => {
  it('builds on exact versions of an official image', () => {
    expect(all('FROM').length).toBeGreaterThan(1);
    const tag = new RegExp(
      `^node:${readManifest().devDependencies.node?.replaceAll('.', '\\.')}-[a-z-]+( AS [a-z]+)?$`,
    );
    for (const image of all('FROM')) expect(image).toMatch(tag);
  });

  it('installs from the lock file, without scripts, and ships no development dependency', () => {
    const installs = all('RUN').filter((command) => /npm (ci|install|i)\b/.test(command));
    expect(installs.length).toBeGreaterThan(0);
    for (const command of installs) expect(command).toMatch(/^npm ci .*--ignore-scripts/);
    expect(installs.some((command) => command.includes('--omit=dev'))).toBe(true);
    expect(lastStage.some((line) => line.name === 'RUN' && line.value.includes('npm'))).toBe(false);
    expect(all('COPY').filter((value) => /--from=build .*node_modules/.test(value))).toEqual([]);
  });

  it('runs as a user without rights who owns nothing but the data folder', () => {
    const user = lastStage.filter((line) => line.name === 'USER').map((line) => line.value);
    expect(user).toEqual(['node']);
    const afterUser = lastStage.slice(lastStage.findIndex((line) => line.name === 'USER') + 1);
    expect(afterUser.filter((line) => ['RUN', 'COPY', 'ADD'].includes(line.name))).toEqual([]);
    expect(lastStage.filter((line) => line.name === 'COPY' && line.value.includes('--chown'))).toEqual([]);
    expect(all('VOLUME')).toEqual(['/data']);
  });

  it('listens on the documented port and says how its health is asked without a shell', () => {
    expect(all('EXPOSE')).toEqual(['4620']);
    expect(all('HEALTHCHECK')).toHaveLength(1);
    expect(all('HEALTHCHECK')[0]).toMatch(/CMD \["node", .*4620\/healthz/);
    for (const name of ['ENTRYPOINT', 'CMD']) {
      expect(Array.isArray(JSON.parse(all(name).at(-1) ?? 'null')), name).toBe(true);
    }
  });

  it('fetches nothing by itself and holds no secret', () => {
    expect(all('ADD')).toEqual([]);
    expect(text).not.toMatch(/:latest|curl|wget|apt-get/);
    expect([...all('ENV'), ...all('ARG')].filter((value) => /key|token|secret|password/i.test(value))).toEqual([]);
  });

  it('copies only what .dockerignore lets through', () => {
    const allowed = readRepositoryFile('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    expect(readRepositoryFile('.dockerignore').startsWith('*\n')).toBe(true);
    const fromContext = all('COPY').filter((value) => !value.startsWith('--from='));
    for (const value of fromContext) {
      for (const source of value.split(/\s+/).slice(0, -1)) expect(allowed).toContain(source);
    }
  });
});
