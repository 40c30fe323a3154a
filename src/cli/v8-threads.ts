import { accessSync, constants } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** Node starts this many for V8, however few processors there are. */
const THREADS_OF_NODE = 4;
const POOL_OPTION = '--v8-pool-size';
const LARGE_PAGES = '--use-largepages';

/** Where glibc begins to take memory from the system and give it back at once; Node's own buffers for reading are smaller. */
const MAPPED_FROM_BYTES = 128 * 1024;

/** A debugger would lose sight, and what is loaded ahead may have begun what cannot begin twice: a socket, a file. */
const CHOSEN_OR_HELD = /^(--v8[-_]pool[-_]size|--inspect|--import|--require|-r$|--(experimental-)?loader)/;

/** What of a process says whether it may begin again. */
export interface Beginning {
  /** Processors that this process may use, by its affinity and, from Node 24 on, by the limits of its container. */
  processors: number;
  argv: readonly string[];
  execPath: string;
  execArgv: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  /** Whether it is somebody's child with a channel, which would not survive. */
  hasChannel: boolean;
  platform: NodeJS.Platform;
}

/**
 * V8 marks its heap on threads beside the loop. Four of them on one processor leave the loop a fifth of it for a tenth of a
 * second, at every full collection, and whoever asks meanwhile waits for 40 to 80 ms. One leaves the loop half
 * (docs/decisions/0023-threads-of-v8.md). On the same occasion Node's own code moves into large pages, where the system has
 * any: a request then costs some 7 % less for 10 MB of memory (docs/decisions/0024-why-processes-differ.md).
 * @returns arguments, program first, to begin again with; null where there are processors enough, where somebody has
 *   chosen already, and where a debugger, a module that is loaded ahead or a parent process holds on to the process
 */
export function argumentsForFewerThreads(beginning: Beginning): string[] | null {
  const { processors, argv, execPath, execArgv, environment, hasChannel, platform } = beginning;
  const threads = Math.max(1, processors - 1);
  if (threads >= THREADS_OF_NODE || hasChannel) return null;
  const options = [...execArgv, ...(environment.NODE_OPTIONS ?? '').split(/\s+/)];
  if (options.some((option) => CHOSEN_OR_HELD.test(option))) return null;
  const moves = platform === 'linux' && !options.some((option) => option.startsWith(LARGE_PAGES));
  const chosen = [`${POOL_OPTION}=${threads}`, ...(moves ? [`${LARGE_PAGES}=silent`] : [])];
  return [execPath, ...chosen, ...execArgv, ...argv.slice(1)];
}

/**
 * glibc moves the size from which it gives memory back to where the largest piece was so far, and keeps more ever after. Said
 * from outside it stays: 2.4 MB less after a start (docs/decisions/0011-bounds-for-the-heap.md). Whoever has told it
 * anything is obeyed; other libraries do not read it.
 */
export function environmentForServing(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const chosen = Object.keys(environment).some((name) => name.startsWith('MALLOC_') || name === 'GLIBC_TUNABLES');
  return chosen ? environment : { ...environment, MALLOC_MMAP_THRESHOLD_: `${MAPPED_FROM_BYTES}` };
}

/**
 * How many there are is fixed when Node starts, so the process begins again: same process id, same streams, some 40 ms
 * later. Windows cannot, and keeps four. Call before anything else is loaded.
 */
export function useFewerThreads(processors: number = availableParallelism()): void {
  const replace = process.execve;
  if (replace === undefined || process.platform === 'win32') return;
  const { argv, execPath, execArgv, env, platform } = process;
  const beginning = { argv, execPath, execArgv, environment: env, hasChannel: process.channel !== undefined, platform };
  const given = argumentsForFewerThreads({ ...beginning, processors });
  if (given === null) return;
  try {
    // Node gives up the whole process where the system refuses.
    accessSync(execPath, constants.X_OK);
    replace.call(process, execPath, given, environmentForServing(env));
  } catch {
    // Under Node's permissions a process may not begin others, itself included. It serves as well with four.
  }
}

/** Before a server loads anything else. */
export function beginServing(): void {
  useFewerThreads();
  optimise(false);
}

const OPTIMISING_CHOSEN = /^--(no[-_]?)?(opt|turbofan|maglev|jitless)\b/;

/**
 * Whether V8 compiles for speed what is done often. What a start does often is done once: lists are read, modules looked
 * for. Compiling it holds up the start by a tenth, on the loop and on the one core that all threads may have.
 */
export function optimise(wanted: boolean): void {
  const options = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  if (options.some((option) => OPTIMISING_CHOSEN.test(option))) return;
  for (const compiler of ['turbofan', 'maglev']) setFlagsFromString(wanted ? `--${compiler}` : `--no-${compiler}`);
}
