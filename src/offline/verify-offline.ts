import { dirname } from 'node:path';
import type { Verification } from '../audit/verify.ts';
import { journalFolder, type VerifyRequest, verifyFolder } from '../audit/verify-folder.ts';
import { verificationLines } from '../audit/verify-report.ts';
import { AppError, type ErrorCode } from '../contracts/errors.ts';

/** The verdict in words, a line each. */
export const verdictLines = verificationLines;

/** The data folder around a journal: the folder named, or the one that its journal lies in. */
export const dataFolderOf = async (path: string): Promise<string> => dirname(await journalFolder(path));

/** How often a journal that grows meanwhile is looked at again before its end counts as torn. */
const ATTEMPTS = 3;

async function verifyOnce(request: VerifyRequest): Promise<Verification> {
  try {
    return await verifyFolder(request);
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    if (code !== 'not_found' && code !== 'invalid_request') throw cause;
    throw new AppError(code satisfies ErrorCode, message, { cause });
  }
}

/**
 * Checks the journal of a folder. Where a server is writing, the last line may be half there at the moment of reading,
 * which is no damage: then the end is looked at again.
 * @throws AppError not_found when there is no journal in it, invalid_request when an anchor or key is none
 */
export async function verifyOffline(request: VerifyRequest, isLive: () => boolean): Promise<Verification> {
  let result = await verifyOnce(request);
  for (let attempt = 1; attempt < ATTEMPTS && isUnfinished(result) && isLive(); attempt += 1) {
    result = await verifyOnce(request);
  }
  return result;
}

/** A line without an end has no chain members that could be read. */
const isUnfinished = ({ first_bad: bad }: Verification): boolean => bad !== null && bad.seq === null;
