import type { Command } from 'commander';
import { PRODUCT_VERSION } from '../../contracts/product.ts';
import { type JsonOption, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';

/** `alidade version`: the product's version and the runtime's, as a line or as JSON. */
export function addVersionCommand(program: Command, context: CommandContext): void {
  withJson(program.command('version').description('print the versions of Alidade and of Node')).action(
    (options: JsonOption) => {
      const node = process.versions.node;
      const text = options.json
        ? JSON.stringify({ version: PRODUCT_VERSION, node })
        : `alidade ${PRODUCT_VERSION} (node ${node})`;
      context.write(`${text}\n`);
    },
  );
}
