// Turns architecture.json into dependency-cruiser rules. The matrix is data so that people, tests and src/README.md
// read the same one; nothing about who may import whom is written here.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const architecture = JSON.parse(readFileSync(new URL('./architecture.json', import.meta.url), 'utf8'));
const entries = Object.entries(architecture.entries);

const TEST_FILE = '\\.test\\.ts$';
const OUTSIDE_SOURCE = '^(test|bench|scripts|examples|console|data|docs)/';

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const entryPath = (name) => (name.endsWith('.ts') ? `^src/${escaped(name)}$` : `^src/${escaped(name)}/`);
// A trailing `/*` admits a whole scope.
const packagePath = (name) => `(^|/)node_modules/${escaped(name).replace(/\\\*$/, '[^/]+')}/`;

const matrixRules = entries.flatMap(([name, entry]) => {
  const from = { path: entryPath(name), pathNot: TEST_FILE };
  return [
    {
      name: `matrix-${name}`,
      comment: `src/${name} may import only: ${[...entry.folders, ...entry.packages].join(', ') || 'nothing'} (architecture.json).`,
      severity: 'error',
      from,
      to: { path: '^src/', pathNot: [name, ...entry.folders].map(entryPath) },
    },
    {
      name: `packages-${name}`,
      comment: `src/${name} may use only these packages: ${entry.packages.join(', ') || 'none'} (architecture.json).`,
      severity: 'error',
      from,
      to: { path: '(^|/)node_modules/', pathNot: entry.packages.map(packagePath) },
    },
  ];
});

const pureEntries = entries.filter(([, entry]) => entry.tier <= 1).map(([name]) => entryPath(name));

const rules = [
  ...matrixRules,
  {
    name: 'pure-core',
    comment:
      'Tiers 0 and 1 are functions of their arguments: files, sockets, processes and threads come in from outside.',
    severity: 'error',
    from: { path: pureEntries, pathNot: TEST_FILE },
    to: { dependencyTypes: ['core'], path: `^(node:)?(${architecture.io_modules.map(escaped).join('|')})$` },
  },
  {
    name: 'listed-in-the-matrix',
    comment: 'Every folder and file directly under src/ has an entry in architecture.json.',
    severity: 'error',
    from: { path: '^src/', pathNot: [TEST_FILE, ...entries.map(([name]) => entryPath(name))] },
    to: {},
  },
  {
    name: 'no-cycles',
    comment: 'A cycle, of types too, means that two files are one.',
    severity: 'error',
    from: { path: '^(src|test|bench|scripts|examples)/' },
    to: { circular: true },
  },
  {
    name: 'product-stands-alone',
    comment: 'What is published imports neither tests nor anything that lies outside src/.',
    severity: 'error',
    from: { path: '^src/', pathNot: TEST_FILE },
    to: { path: [OUTSIDE_SOURCE, TEST_FILE] },
  },
  {
    name: 'no-development-dependency',
    comment: 'What is published runs with the runtime dependencies alone.',
    severity: 'error',
    from: { path: '^src/', pathNot: TEST_FILE },
    to: { dependencyTypes: ['npm-dev', 'npm-unknown', 'npm-no-pkg'] },
  },
  {
    name: 'examples-use-the-public-face',
    comment: 'An example shows what a user can write, so it sees only what a user sees.',
    severity: 'error',
    from: { path: '^examples/' },
    to: { path: '^src/', pathNot: '^src/index\\.ts$' },
  },
  {
    name: 'benchmarks-stand-outside',
    comment: 'What is measured runs as a process of its own.',
    severity: 'error',
    from: { path: '^bench/' },
    to: { path: '^src/' },
  },
  {
    name: 'resolvable',
    comment: 'An import that cannot be resolved would escape every other rule.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

export default {
  forbidden: rules,
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^bench/peers/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: fileURLToPath(new URL('./tsconfig.json', import.meta.url)) },
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
    cache: false,
  },
};
