// Writes src/policy/starter-rules.ts from src/policy/starter/*.cedar: `node scripts/generate-starter-rules.ts`.
// Compiled ahead, the rules decide traffic to which none applies without loading Cedar.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileRules } from '../src/policy/compile-rules.ts';
import { formatRuleProblem } from '../src/policy/rule.ts';
import { readRuleFolder } from '../src/policy-thread/read-rule-folder.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const target = fileURLToPath(new URL('../src/policy/starter-rules.ts', import.meta.url));

/** The text of the module. @throws Error with every problem of the rules */
export function starterRulesModule(): string {
  const folder = readRuleFolder(fileURLToPath(new URL('../src/policy/starter', import.meta.url)));
  const files = folder.files.map(({ name, text }) => ({ name: name.slice(name.lastIndexOf('/starter/') + 1), text }));
  const { rules, problems } = compileRules(files);
  if (rules.length === 0 || problems.length > 0) throw new Error(problems.map(formatRuleProblem).join('\n'));
  const sorted = [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  return `// Written by \`node scripts/generate-starter-rules.ts\` from starter/*.cedar; edit those.
import type { Rule } from './rule.ts';

/** The starter bundle, compiled: in force by default. */
export const STARTER_RULES: readonly Rule[] = JSON.parse(
  ${JSON.stringify(JSON.stringify(sorted))},
);
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(target, starterRulesModule());
  spawnSync('npx', ['biome', 'check', '--write', target], { cwd: root, stdio: 'inherit' });
}
