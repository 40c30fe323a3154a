import { AppError, type ErrorCode } from './errors.ts';

/** What a scan of JSON (lib/json-scan.ts) refuses, and where. */
interface JsonRefusal {
  code: 'invalid_json' | 'too_deep' | 'too_many_keys' | 'duplicate_member' | 'forbidden_member' | 'not_an_object';
  line: number;
  column: number;
  message: string;
  key?: string;
  path?: string;
}

const CODES: Readonly<Record<JsonRefusal['code'], ErrorCode>> = {
  invalid_json: 'invalid_json',
  too_deep: 'json_too_deep',
  too_many_keys: 'json_too_many_keys',
  duplicate_member: 'duplicate_member',
  forbidden_member: 'forbidden_member',
  not_an_object: 'invalid_request',
};

/** Deeper than any schema or conversation in use; parsers recurse. A conversation of 10,000 turns has 20,000 keys. */
export const JSON_LIMITS = { maxDepth: 64, maxKeys: 100_000 } as const;

/** The refusal as the caller is told it. */
export function jsonRefusal(refusal: JsonRefusal): AppError {
  const param = refusal.path ?? refusal.key;
  const where = ` (line ${refusal.line}, column ${refusal.column})`;
  const message = refusal.message.includes('line ')
    ? refusal.message
    : `${refusal.message.replace(/\.$/, '')}${where}.`;
  return new AppError(CODES[refusal.code], message, param === undefined ? {} : { param });
}
