import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { AppError } from '../contracts/errors.ts';
import { checkHeaders } from './read-body.ts';

function refusal(type: string): string | null {
  try {
    checkHeaders({ headers: { 'content-type': type }, socket: {} as Socket }, 1_000);
    return null;
  } catch (error) {
    return error instanceof AppError ? `${error.code}: ${error.message}` : String(error);
  }
}

describe('a body', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    "application/json; charset='utf-8'",
    'application/json; charset=UTF8',
    'application/json; charset=utf_8 ',
    'application/json; charset=us-ascii',
    'application/json; charset=ASCII',
    'application/json; charset=',
    'application/json; charset',
    'application/json; Charset = utf-8; v=1',
    'application/json; v=1; charset=utf-8',
    'application/vnd.api+json; charset=utf-8',
    'application/x-www-form-urlencoded',
  ])('may come as %s', (type) => {
    expect(refusal(type)).toBeNull();
  });

  test.each([
    ['application/json; charset=iso-8859-1', 'iso-8859-1'],
    ['application/json;charset="ISO-8859-1"', 'ISO-8859-1'],
    ['application/json; v=1; CHARSET=windows-1252; w=2', 'windows-1252'],
    ['application/json; charset=utf-16', 'utf-16'],
    ['application/json; charset=utf-7', 'utf-7'],
    ['application/json; charset=utf-80', 'utf-80'],
  ])('that says %s is refused, since it would be misread', (type, name) => {
    expect(refusal(type)).toBe(`unsupported_media_type: Send the body in UTF-8, as JSON is: ${name} is not read.`);
  });

  test.each(['text/plain', 'application/jsonish', 'multipart/form-data; boundary=x'])('may not come as %s', (type) => {
    expect(refusal(type)).toBe('unsupported_media_type: Send the body as application/json.');
  });
});
