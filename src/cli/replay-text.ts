import type { Replay } from '../offline/replay.ts';

const shown = (value: unknown): string => JSON.stringify(value);

/** Why a decision might come out otherwise, where its world could not be had as it was. */
function worldText({ world, changed_parts: changed }: Replay): string {
  if (changed === null)
    return `The record no longer says what world ${world} was; decided in that of this configuration.\n`;
  if (changed.length === 0) return `Decided in world ${world}, as then.\n`;
  return `World ${world} cannot be had as it was; of another version: ${changed.join(', ')}.\n`;
}

/** What `route replay` prints. */
export function replayText(replay: Replay): string {
  const { request_id: id, same, first_difference: difference, replayed } = replay;
  const plan = replayed.length === 0 ? 'nobody may answer' : replayed.join(', ');
  const head = same
    ? `same: ${id}: ${plan}\n`
    : `different: ${id}: ${difference?.member}: recorded ${shown(difference?.recorded)}, now ${shown(difference?.replayed)}\n`;
  const plans = same ? '' : `recorded plan: ${replay.recorded.join(', ') || 'nobody'}\nreplayed plan: ${plan}\n`;
  return head + plans + worldText(replay);
}
