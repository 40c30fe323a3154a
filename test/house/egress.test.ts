import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listRepositoryFiles, repositoryRoot } from '../support/repository.ts';

/** Everything under src/ that can open a connection to somewhere, by name, so that a new way out cannot come unseen. */

const product = (await listRepositoryFiles()).filter(
  (path) =>
    path.startsWith('src/') && path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('/browser/'),
);

/** Code without comments and strings' escapes: what is only talked about opens nothing. */
const code = new Map(
  product.map((path) => [
    path,
    readFileSync(join(repositoryRoot, path), 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/^\s*\/\/.*$/gm, ''),
  ]),
);

const filesWith = (pattern: RegExp): string[] => product.filter((path) => pattern.test(code.get(path) ?? '')).sort();

const count = (path: string, pattern: RegExp): number => (code.get(path)?.match(new RegExp(pattern, 'g')) ?? []).length;

/** An import of more than types, static or not. */
const importOf = (specifier: string): RegExp =>
  new RegExp(
    `^import (?!type )[^;]*? from '${specifier}';|(?:import|require|getBuiltinModule)\\('${specifier}'\\)`,
    'm',
  );

describe('the way out', () => {
  it('is one function for requests of callers, and the attempt loop alone walks through it', () => {
    expect(filesWith(/\.dispatch\(/)).toEqual([
      'src/gateway/attempt.ts',
      'src/providers/connection-pool.ts',
      // Files of public suites, for a command of this machine alone: a GET that carries nothing of ours.
      'src/providers/download.ts',
      'src/providers/http-client.ts',
      // A Presidio analyzer of the operator's own: no deployment, named by the configuration alone.
      'src/providers/whole-answer.ts',
    ]);
    expect(count('src/gateway/attempt.ts', /\.dispatch\(/)).toBe(1);
    expect(filesWith(/askOnce\(/)).toEqual(['src/providers/presidio.ts', 'src/providers/whole-answer.ts']);
    expect(filesWith(/new Attempt\(/)).toEqual(['src/gateway/running-attempts.ts']);
    expect(count('src/gateway/running-attempts.ts', /new Attempt\(/)).toBe(1);
    expect(filesWith(/attempt\.start\(|\.start\(this\.#services\.upstream\)/)).toEqual([
      'src/gateway/running-attempts.ts',
    ]);
  });

  it('is asked for by plans alone, and a plan asks policy before every call', () => {
    expect(filesWith(/\.isPermittedNow\(/)).toEqual([
      'src/gateway/attempt-plan.ts',
      // Once more, where the call had to wait for a connection.
      'src/gateway/attempt.ts',
      'src/gateway/call-gate.ts',
    ]);
    expect(filesWith(/\.mayLeave\(\)|\.mayLeave\?\.\(\)/)).toEqual(['src/providers/dispatched-call.ts']);
    expect(filesWith(/attempts\.begin\(/)).toEqual([
      'src/gateway/exchange.ts',
      'src/gateway/hedging.ts',
      'src/gateway/stream-recovery.ts',
    ]);
    // Whoever makes a planned call: the walk, whose calls only AttemptPlan hands out, and AttemptPlan itself.
    expect(filesWith(/new PlanWalk\(/)).toEqual(['src/gateway/attempt-plan.ts']);
    expect(filesWith(/new AttemptPlan\(/)).toEqual(['src/gateway/exchange.ts']);
  });

  it('for files of public suites is walked through by the command that fetches them, and by nothing that serves', () => {
    expect(filesWith(/openDownload\(/)).toEqual(['src/offline/fetch-suite.ts', 'src/providers/download.ts']);
    expect(filesWith(/fetchSuite\(/)).toEqual(['src/cli/evaluation/suite-commands.ts', 'src/offline/fetch-suite.ts']);
    expect(filesWith(/new ConnectionPool\(/)).toEqual(['src/providers/download.ts', 'src/providers/http-client.ts']);
  });

  it('has one client, which the wiring opens', () => {
    expect(filesWith(/createUpstreamClient\(/)).toEqual(['src/parts.ts', 'src/providers/http-client.ts']);
  });

  it.each([
    ['undici', []],
    // Servers listen; local-engines.ts asks loopback alone, owner-client.ts the socket file of the owner.
    [
      'node:http',
      [
        'src/cli/owner-client.ts',
        'src/providers/local-engines.ts',
        'src/providers/sandbox/sandbox.ts',
        // Names of statuses.
        'src/server/direct/direct-sink.ts',
        'src/server/http-server.ts',
      ],
    ],
    ['node:https', []],
    ['node:http2', []],
    // doctor.ts tries whether a port is free, serve.ts only reads addresses.
    [
      'node:net',
      [
        'src/cli/commands/serve.ts',
        'src/cli/doctor/machine.ts',
        'src/providers/address-guard.ts',
        'src/providers/open-socket.ts',
      ],
    ],
    ['node:tls', ['src/providers/connection-pool.ts', 'src/providers/open-socket.ts']],
    ['node:dgram', []],
    ['node:dns', ['src/providers/address-guard.ts']],
    ['node:dns/promises', []],
    ['node:child_process', null],
    ['pg', null],
    ['@opentelemetry/exporter-trace-otlp-http', ['src/monitor/tracing.ts']],
  ] as const)('through %s is open to those that are named here', (specifier, allowed) => {
    const found = filesWith(importOf(specifier));
    if (allowed !== null) expect(found).toEqual(allowed);
    else for (const path of found) expect(path).toMatch(/^src\/(store|evals|offline|cli)\//);
  });

  it('is no global of the platform', () => {
    expect(filesWith(/(?<![\w.#'"`-])(?:fetch|WebSocket|EventSource|XMLHttpRequest)\(|globalThis\.fetch/)).toEqual([]);
  });

  it('sees what it looks for', () => {
    expect("import { request } from 'undici';").toMatch(importOf('undici'));
    expect("import {\n  type A,\n  Client,\n} from 'undici';").toMatch(importOf('undici'));
    expect("const { request } = await import('undici');").toMatch(importOf('undici'));
    expect("import type { Dispatcher } from 'undici';").not.toMatch(importOf('undici'));
  });
});
