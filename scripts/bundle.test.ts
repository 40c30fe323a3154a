import { expect, test } from 'vitest';
import { checkPlaces, inOneByte, takeBuiltIns } from './bundle.ts';

test('writes wide characters as escapes that mean the same', () => {
  const code = "export const marks = ['“', '\\\\–', /[一-龥]/.source];";
  const written = inOneByte(code, 'x.js');
  expect(written).not.toMatch(/[\u0100-\uffff]/);
  expect(written).toContain("'\\u201c'");
});

test.each([
  ['behind a backslash', 'const dash = /\\–/;'],
  ['behind three', 'const dash = /\\\\\\–/;'],
  ['in raw text', 'const raw = String.raw`a–b`;'],
])('refuses a wide character %s, which no escape could stand for', (_name, code) => {
  expect(() => inOneByte(code, 'x.js')).toThrow('x.js');
});

test('refuses a file that asks for its place from another depth than places are counted from', () => {
  const code = 'const here = new URL("../store/x.js", import.meta.url).href;';
  expect(() => checkPlaces(code, 'index.js')).toThrow('index.js');
  expect(() => checkPlaces(code, 'cli/deeper/x.js')).toThrow('cli/deeper/x.js');
  expect(() => checkPlaces(code, 'chunks/x-1.js')).not.toThrow();
  expect(() => checkPlaces('export {};', 'index.js')).not.toThrow();
});

test('takes what is named from built-in modules, and nothing else that looks like it', () => {
  const code = [
    '#!/usr/bin/env node',
    'import fs, { closeSync, open as open$1 } from "node:fs";',
    'import * as path from "node:path";',
    'import { Worker } from "./worker.js";',
    'import { setTimeout } from "node:timers/promises";',
    'const snippet = `',
    'import { readFile } from "node:fs";',
    '`;',
  ];
  expect(takeBuiltIns(code.join('\n')).split('\n')).toEqual([
    '#!/usr/bin/env node',
    'const fs = process.getBuiltinModule("node:fs"); const { closeSync, open: open$1 } = process.getBuiltinModule("node:fs");',
    'const path = process.getBuiltinModule("node:path");',
    'import { Worker } from "./worker.js";',
    'const { setTimeout } = process.getBuiltinModule("node:timers/promises");',
    ...code.slice(5),
  ]);
});
