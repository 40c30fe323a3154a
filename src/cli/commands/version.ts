import type { Command } from 'commander';
import { PRODUCT_VERSION } from '../../contracts/product.ts';

/** `alidade version`: the product's version and the runtime's, as a line or as JSON. */
export function addVersionCommand(program: Command): void {
  program
    .command('version')
    .description('print the versions of Alidade and of Node')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => {
      const node = process.versions.node;
      const text = options.json
        ? JSON.stringify({ version: PRODUCT_VERSION, node })
        : `alidade ${PRODUCT_VERSION} (node ${node})`;
      process.stdout.write(`${text}\n`);
    });
}
