import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { AppError } from '../contracts/errors.ts';

/** A text file that a command was given. @throws AppError config_invalid where it cannot be read or is not UTF-8 */
export function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AppError('config_invalid', `${path} cannot be read (${code}).`, { cause });
  }
  // Decoded all the same, names and targets would be others than those written.
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new AppError('config_invalid', `${path} is not UTF-8 text: save it as UTF-8, or convert it with iconv.`);
}
