import { describe, expect, it } from 'vitest';
import { loadConfiguration } from './load.ts';
import { memoryFiles } from './test-files.ts';
import { type ConfigurationChange, stateOf, watchConfiguration } from './watch.ts';

const FILE = '/etc/alidade/alidade.yaml';

/** A watcher over texts that a test changes, and a clock that a test moves. */
function watched(texts: Record<string, string>, meanwhile = () => {}) {
  const unreadable = new Set<string>();
  const all = memoryFiles(texts);
  const files = { ...all, readText: (path: string) => (unreadable.has(path) ? null : all.readText(path)) };
  const load = () => loadConfiguration({ cwd: '/etc/alidade', env: {}, files });
  const changes: ConfigurationChange[] = [];
  let timer: (() => void) | null = null;
  const clock = {
    after(_: number, callback: () => void) {
      timer = callback;
      return () => {
        timer = null;
      };
    },
  };
  const initial = load();
  const initialState = stateOf(initial, files);
  meanwhile();
  const onChange = (change: ConfigurationChange) => void changes.push(change);
  const watch = watchConfiguration({ load, initial, initialState, files, clock, onChange });
  const tick = () => timer?.();
  const ports = () =>
    changes.map((change) => (change.ok ? change.loaded.configuration.server.port : change.problems[0]?.message));
  return { texts, unreadable, watch, tick, ports, isWaiting: () => timer !== null };
}

const port = (value: number | string) => `server: { port: ${value} }\n`;

describe('watchConfiguration', () => {
  it('loads a change once the file has stopped changing', () => {
    const { texts, tick, ports } = watched({ [FILE]: port(1) });
    tick();
    texts[FILE] = port(2);
    tick();
    texts[FILE] = port(3);
    tick();
    expect(ports()).toEqual([]);
    tick();
    expect(ports()).toEqual([3]);
    tick();
    expect(ports()).toEqual([3]);
  });

  it('reports a wrong file and loads the next good one', () => {
    const { texts, tick, ports } = watched({ [FILE]: port(1) });
    texts[FILE] = port('wrong');
    tick();
    tick();
    texts[FILE] = port(2);
    tick();
    tick();
    expect(ports()).toEqual(['Expected a number, found text.', 2]);
  });

  it('keeps what it has when the file is gone, and loads it when it is back', () => {
    const { texts, tick, ports } = watched({ [FILE]: port(1) });
    delete texts[FILE];
    tick();
    tick();
    texts[FILE] = port(2);
    tick();
    tick();
    expect(ports()).toEqual(['The configuration file is gone; what was loaded from it stays in force.', 2]);
  });

  it('sees changes of included files', () => {
    const uses = '/etc/alidade/uses.yaml';
    const { texts, tick, ports } = watched({ [FILE]: 'use_cases: uses.yaml\n', [uses]: '[]\n' });
    texts[uses] = '- { id: a }\n';
    tick();
    tick();
    expect(ports()).toEqual([4620]);
  });

  it('keeps what it has when the file is empty, which would open what it closes, and loads it when it is whole', () => {
    const { texts, tick, ports } = watched({ [FILE]: port(1) });
    for (const text of ['', '# nothing\n---\n', port(2), '']) {
      texts[FILE] = text;
      tick();
      tick();
    }
    const kept = 'The configuration file is empty; what was loaded from it stays in force.';
    expect(ports()).toEqual([kept, kept, 2, kept]);
  });

  it('lets a file that said nothing go on saying nothing', () => {
    const { texts, tick, ports } = watched({ [FILE]: '' });
    texts[FILE] = '# soon\n';
    tick();
    tick();
    expect(ports()).toEqual([4620]);
  });

  it('sees rules that are changed, added and removed', () => {
    const [one, two] = ['/etc/alidade/rules/one.cedar', '/etc/alidade/rules/two.cedar'];
    const { texts, watch, ports } = watched({
      [FILE]: 'policies: ./rules\n',
      '/etc/alidade/rules/': '',
      [one]: 'forbid',
    });
    watch.check();
    expect(ports()).toEqual([]);
    const seen: number[] = [];
    for (const change of [
      () => {
        texts[one] = 'forbid all';
      },
      () => {
        texts[two] = 'forbid';
      },
      () => delete texts[one],
      () => {
        texts['/etc/alidade/rules/BUNDLE.sha256'] = 'x';
      },
      () => {
        texts['/etc/alidade/rules/notes.txt'] = 'x';
      },
    ]) {
      change();
      watch.check();
      seen.push(ports().length);
    }
    expect(seen).toEqual([1, 2, 3, 4, 4]);
  });

  it('loads what was changed between the first load and the beginning of the watch', () => {
    const texts = { [FILE]: port(1) };
    const { tick, ports } = watched(texts, () => {
      texts[FILE] = port(2);
    });
    tick();
    tick();
    expect(ports()).toEqual([2]);
  });

  it('reads again what was rejected when asked, although it looks the same', () => {
    const { texts, watch, ports } = watched({ [FILE]: port(1) });
    texts[FILE] = port('wrong');
    watch.check();
    watch.check();
    expect(ports()).toHaveLength(2);
  });

  it('reads again by itself what could not be read for a while, and says so once', () => {
    const { texts, tick, ports, unreadable } = watched({ [FILE]: port(1) });
    texts[FILE] = port(2);
    unreadable.add(FILE);
    for (let looks = 0; looks < 40; looks += 1) tick();
    expect(ports()).toEqual([expect.stringContaining('cannot be read')]);
    unreadable.clear();
    for (let looks = 0; looks < 40; looks += 1) tick();
    expect(ports().slice(1)).toEqual([2]);
  });

  it('sees a first file appear', () => {
    const { texts, tick, ports } = watched({});
    texts[FILE] = port(7);
    tick();
    tick();
    expect(ports()).toEqual([7]);
  });

  it('looks at once when asked, and never after it is closed', () => {
    const { texts, watch, tick, ports, isWaiting } = watched({ [FILE]: port(1) });
    texts[FILE] = port(2);
    watch.check();
    expect(ports()).toEqual([2]);
    watch.close();
    expect(isWaiting()).toBe(false);
    texts[FILE] = port(3);
    watch.check();
    tick();
    expect(ports()).toEqual([2]);
  });
});
