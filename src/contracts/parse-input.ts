import type { z } from 'zod';
import { AppError } from './errors.ts';

/**
 * What came from outside, as its schema says. `whole` names the input itself where no member of it is at fault.
 * @throws AppError invalid_request naming the first member that is wrong
 */
export function parseInput<Output>(schema: z.ZodType<Output>, value: unknown, whole = 'body'): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const param = issue?.path.join('.') || whole;
  throw new AppError('invalid_request', `${param}: ${issue?.message}`, { param });
}
