import type { App } from '../app.ts';
import { DISK } from '../config/files.ts';
import type { LoadResult } from '../config/load.ts';
import { formatProblem } from '../config/problem.ts';
import { watchConfiguration } from '../config/watch.ts';
import type { CommandContext } from './context.ts';
import { load } from './load-or-fail.ts';

/** Keeps a running server on the newest good configuration; a bad one is reported and changes nothing. */
export function watchAndReload(
  app: App,
  initial: LoadResult,
  initialState: string,
  path: string | undefined,
  context: CommandContext,
): () => void {
  const keepOld = (lines: readonly string[]): void => {
    app.keepOldConfiguration();
    app.logger.error({ problems: lines }, 'configuration_rejected');
  };
  const watch = watchConfiguration({
    load: () => load(path, context),
    initial,
    initialState,
    files: DISK,
    clock: {
      after: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        timer.unref();
        return () => clearTimeout(timer);
      },
    },
    onChange: (change) => {
      if (!change.ok) {
        keepOld(change.problems.map(formatProblem));
        return;
      }
      app.reload(change.loaded, change.source).then(
        () => app.logger.info({ file: change.source.file }, 'configuration_reloaded'),
        (error: Error) => keepOld(error.message.split('\n')),
      );
    },
  });
  const check = (): void => watch.check();
  process.on('SIGHUP', check);
  // The listener stays: without one a hang-up ends the process, and service managers may send it right after SIGTERM.
  return () => watch.close();
}
