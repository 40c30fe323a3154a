import type { EndState } from '../../contracts/evaluation.ts';
import type { RunFeed, RunLaunch, WorkProgress } from '../../contracts/evaluation-events.ts';
import type { CommandContext } from '../context.ts';
import { dollars, thousands } from '../output.ts';

/** Between two lines of progress, milliseconds: a terminal's line is rewritten, a log's line is another line. */
const TERMINAL_MS = 250;
const LOG_MS = 10_000;

const points = (share: number): string => `${(share * 100).toFixed(1)} points`;

/** What a run of so many samples can show, said before the first call. */
function planLines({
  run,
  suite,
  deployment,
  samples,
  resumed,
  seed,
  budget_usd,
  margin,
  detectable,
}: RunLaunch): string {
  const bound = budget_usd === null ? 'no budget' : `at most ${dollars(budget_usd)}`;
  return [
    `${run}: ${suite} on ${deployment}, ${thousands(samples)} samples (seed ${seed}), ${bound}`,
    ...(resumed > 0 ? [`${thousands(resumed)} of them have ended already.`] : []),
    detectable > 1
      ? 'So few samples cannot be expected to show any difference (80 % power, 20 % discordant).'
      : `So many samples can be expected to show a paired difference of ${points(detectable)} or more (80 % power, 20 % discordant); the margin is ${points(margin)}.`,
    '',
  ].join('\n');
}

const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  return minutes >= 60
    ? `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`
    : `${minutes}m${String(whole % 60).padStart(2, '0')}s`;
};

/** Progress of work that is no run, for stderr: `30 of 100 pairs judged, $0.12`. */
export function tellWork(context: CommandContext, what: string): (progress: WorkProgress) => void {
  let toldMs = 0;
  return ({ done, of, cost_usd: cost }) => {
    const nowMs = context.now().getTime();
    const every = context.interactive ? TERMINAL_MS : LOG_MS;
    if (done !== of && nowMs - toldMs < every) return;
    toldMs = nowMs;
    const whole = of === null ? '' : ` of ${thousands(of)}`;
    const paid = cost === 0 ? '' : `, ${cost === null ? 'cost unknown' : dollars(cost)}`;
    const line = `${thousands(done)}${whole} ${what}${paid}`;
    context.note(context.interactive ? `\r\u001b[2K${line}${done === of ? '\n' : ''}` : `${line}\n`);
  };
}

/** Progress with an estimate of what is left, for stderr. */
export class Progress {
  readonly #context: CommandContext;
  #launch: RunLaunch | null = null;
  #startedMs = 0;
  #toldMs = 0;
  #done = 0;
  #fresh = 0;
  #cost: number | null = 0;
  #states = new Map<EndState, number>();

  constructor(context: CommandContext) {
    this.#context = context;
  }

  see(event: RunFeed): void {
    const nowMs = this.#context.now().getTime();
    if (event.event === 'launch') {
      this.#launch = event;
      this.#startedMs = nowMs;
      this.#toldMs = nowMs;
      this.#context.note(planLines(event));
    } else if (event.event === 'note') {
      this.#context.note(`${event.text}\n`);
    } else if (event.event === 'sample') {
      this.#done += 1;
      if (this.#done > (this.#launch?.resumed ?? 0)) this.#fresh += 1;
      if (event.cost_usd === null) this.#cost = null;
      else if (this.#cost !== null) this.#cost += event.cost_usd;
      this.#states.set(event.state, (this.#states.get(event.state) ?? 0) + 1);
      this.#tell(nowMs);
    } else if (event.event === 'done' && this.#context.interactive && this.#done > 0) {
      this.#context.note('\n');
    }
  }

  #tell(nowMs: number): void {
    const last = this.#done === this.#launch?.samples;
    const every = this.#context.interactive ? TERMINAL_MS : LOG_MS;
    if (!last && nowMs - this.#toldMs < every) return;
    this.#toldMs = nowMs;
    this.#context.note(this.#context.interactive ? `\r\u001b[2K${this.line(nowMs)}` : `${this.line(nowMs)}\n`);
  }

  /** `120/500, 88 correct, 3 errors, 14.2/s, $0.31, 0m27s left` */
  line(nowMs: number): string {
    const total = this.#launch?.samples ?? 0;
    const seconds = (nowMs - this.#startedMs) / 1_000;
    const rate = seconds > 0 ? this.#fresh / seconds : 0;
    const count = (state: EndState): number => this.#states.get(state) ?? 0;
    const errors = count('provider_error') + count('harness_error');
    return [
      `${thousands(this.#done)}/${thousands(total)}`,
      `${thousands(count('correct'))} correct`,
      ...(errors > 0 ? [`${thousands(errors)} errors`] : []),
      `${rate.toFixed(1)}/s`,
      this.#cost === null ? 'cost unknown' : dollars(this.#cost),
      rate > 0 ? `${clock((total - this.#done) / rate)} left` : 'time left unknown',
    ].join(', ');
  }
}
