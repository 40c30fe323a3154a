import { alternatives, type SchemaNode } from '../src/config/schema.ts';

const HEAD = `# Configuration

Generated from \`src/contracts/configuration.ts\` by \`node scripts/generate-configuration-docs.ts\`; do not edit.

\`alidade.yaml\` is looked for in this order: \`--config FILE\`, the environment variable \`ALIDADE_CONFIG\`, then \`alidade.yaml\` or
\`alidade.yml\` upward from the working directory. Without any file the built-in default holds: the default routes, keys found in
the environment, and the sandbox while there are none.

- \`alidade config check\` names every problem with file, line and column; \`config show\` prints what is in force, secrets
  redacted; \`config schema\` prints the JSON Schema (draft-07), also in \`alidade.schema.json\` for editors.
- Unknown members are errors, and so are members written twice. YAML anchors, aliases and \`<<\` merges work.
- \`\${ENV_NAME}\` and \`\${file:/path}\` are replaced in every text, whole or inside; \`$\${\` is a literal \`\${\`. A variable that is not
  set is an error. Relative secret files and other paths start at the folder of the configuration file.
- \`use_cases\` and \`ensembles\` may be the path of another YAML file.
- Keys in the environment make deployments only while the file names no endpoint and no deployment: a file that names any
  says all places where data may go. \`environment_keys: true\` adds them all the same, \`false\` never looks.
- A changed file is loaded within two seconds; a wrong one is reported and the last good one stays in force.
- Countries and regions are ISO 3166 alpha-2 codes in lower case; \`eu\` stands for the European Economic Area.
`;

/** The page docs/configuration.md. */
export function configurationReference(schema: SchemaNode): string {
  const sections: string[] = [];
  const top: string[] = [];
  for (const [name, node] of Object.entries(schema.properties ?? {})) {
    top.push(row(name, node, schema.required?.includes(name) ?? false));
    sections.push(...objectSections(name, node));
  }
  return `${[HEAD, '## Top level\n', table(top), ...sections].join('\n')}`;
}

/** One heading per object of fixed members, in the order of the schema. */
function objectSections(path: string, node: SchemaNode): string[] {
  const shapes = alternatives(node);
  return shapes.flatMap((shape) => {
    if (shape.items !== undefined) return objectSections(`${path}[]`, shape.items);
    if (typeof shape.additionalProperties === 'object')
      return objectSections(`${path}.<name>`, shape.additionalProperties);
    if (shape.properties === undefined) return [];
    const rows = Object.entries(shape.properties).map(([name, member]) =>
      row(name, member, shape.required?.includes(name) ?? false),
    );
    const objects = shapes.filter((other) => other.properties !== undefined);
    const title = objects.length > 1 ? `${path} (${objects.indexOf(shape) + 1} of ${objects.length} forms)` : path;
    const nested = Object.entries(shape.properties).flatMap(([name, member]) =>
      objectSections(`${path}.${name}`, member),
    );
    return [`## ${title}\n`, table(rows), ...nested];
  });
}

function table(rows: readonly string[]): string {
  return `| member | type | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

function row(name: string, node: SchemaNode, required: boolean): string {
  const fallback = required ? 'required' : defaultText(node.default);
  return `| \`${name}\` | ${typeText(node)} | ${fallback} | ${cell(node.description ?? '')} |`;
}

function defaultText(value: unknown): string {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return value === undefined || isEmpty ? '' : `\`${JSON.stringify(value)}\``;
}

function typeText(node: SchemaNode): string {
  const texts = alternatives(node).map(singleType);
  return [...new Set(texts)].join(' or ');
}

function singleType(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.type === 'array') return `list of ${node.items === undefined ? 'anything' : typeText(node.items)}`;
  if (node.type === 'object') return typeof node.additionalProperties === 'object' ? 'map' : 'object';
  if (node.format === 'uri') return 'URL';
  return `${{ string: 'text', integer: 'whole number', boolean: 'true or false' }[node.type ?? ''] ?? node.type}${boundsText(node)}`;
}

function boundsText(node: SchemaNode): string {
  if (node.minimum !== undefined && node.maximum !== undefined) return ` ${node.minimum} to ${node.maximum}`;
  if (node.exclusiveMinimum === 0 && node.maximum === undefined) return ' above 0';
  return '';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
