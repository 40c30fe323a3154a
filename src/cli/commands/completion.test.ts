import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../test/support/command-line.ts';
import { runProgram } from '../../../test/support/repository.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { completionTree, everyNode } from '../completion/command-tree.ts';
import { processContext } from '../context.ts';
import { createProgram } from '../program.ts';

const scriptFor = async (shell: string): Promise<string> =>
  (await runCommand(['completion', shell], { cwd: temporaryFolder() })).stdout;

/** What bash would offer after these words, by its own completion machinery. */
async function offered(words: readonly string[]): Promise<string[]> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'completion.bash'), await scriptFor('bash'));
  const line = words.map((word) => `'${word}'`).join(' ');
  const program = `source completion.bash; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _alidade; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { exitCode, stdout, stderr } = await runProgram('bash', ['-c', program], { cwd: folder });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

describe('completion bash', () => {
  it('offers the commands that begin so', async () => {
    expect(await offered(['alidade', 'co'])).toEqual(['config', 'completion']);
  });

  it('offers what may follow a command, also behind options', async () => {
    expect(await offered(['alidade', 'config', ''])).toEqual(['check', 'show', 'schema', '--help']);
    expect(await offered(['alidade', 'config', 'check', '--'])).toEqual(['--config', '--json', '--help']);
    expect(await offered(['alidade', 'serve', '--host', 'x', '--po'])).toEqual(['--port']);
  });
});

describe.each(['bash', 'zsh', 'fish'])('completion %s', (shell) => {
  it('knows every command and every option', async () => {
    const script = await scriptFor(shell);
    for (const node of everyNode(completionTree(createProgram(processContext())))) {
      expect(script).toContain(node.name);
      for (const { flag } of node.options) expect(script).toContain(shell === 'fish' ? `-l ${flag.slice(2)}` : flag);
    }
  });
});
