#!/usr/bin/env node
// audit/verify-main.ts: the verifier as a program of its own, for whoever checks a journal and runs nothing else of it.
// May import: what verification needs and Node's own modules; verify-main.test.ts lists every file, and no package is one.
// It reads the folder, the anchors and the public key that it is told of, writes nothing and holds no secret.
// Start at verify.ts. Exit 0: whole; 1: a record is bad, and it is named; 2: the command line or a file is wrong.

import { parseArgs } from 'node:util';
import { verifyFolder } from './verify-folder.ts';
import { verificationLines } from './verify-report.ts';

const USAGE = 'usage: verify-main [--json] [--anchor FILE]... [--public-key FILE] FOLDER\n';

const OPTIONS = {
  json: { type: 'boolean' },
  anchor: { type: 'string', multiple: true },
  'public-key': { type: 'string' },
  help: { type: 'boolean' },
} as const;

function commandLine() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return null;
  }
}

async function main(): Promise<number> {
  const { values, positionals } = commandLine() ?? { values: {}, positionals: [] };
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1 || values.help === true) {
    process.stderr.write(USAGE);
    return values.help === true ? 0 : 2;
  }
  try {
    const result = await verifyFolder({
      folder,
      anchorFiles: values.anchor ?? [],
      publicKeyFile: values['public-key'],
    });
    const { ok, records, first_bad } = result;
    const text =
      values.json === true ? JSON.stringify({ ok, records, first_bad }) : verificationLines(result).join('\n');
    process.stdout.write(`${text}\n`);
    return ok ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return (error as { code?: string }).code === 'not_found' ? 1 : 2;
  }
}

process.exitCode = await main();
