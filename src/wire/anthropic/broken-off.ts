import { BREAK_OFF_REASONS, saysError } from '../break-off-reasons.ts';
import type { UpstreamErrorReading } from '../dialect.ts';
import { readErrorValue } from './upstream-error.ts';

/**
 * Why a message, or the end of its stream, is none: an error beside the rest, or a reason to stop that says that the vendor
 * broke off. null where it says neither.
 */
export function brokenOff(holder: { error?: unknown }, reason: unknown): UpstreamErrorReading | null {
  if (saysError(holder.error)) return readErrorValue(200, holder);
  if (!BREAK_OFF_REASONS.has(reason)) return null;
  return { code: 'upstream_error', vendorCode: reason as string, vendorParam: null };
}
