import { type CompletionNode, everyNode } from './command-tree.ts';

/** For single quotes in all three shells' own way of ending and beginning them again. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const wordsOf = ({ children, options }: CompletionNode): string[] => [
  ...children.map((child) => child.name),
  ...options.map((option) => option.flag),
];

/** The words typed so far that name commands lead to a node; its children and options are offered. */
function bash(root: CompletionNode): string {
  const nodes = everyNode(root);
  const below = nodes.slice(1).map(({ path }) => quoted(path));
  const words = nodes.map((node) => `    ${quoted(node.path)}) words=${quoted(wordsOf(node).join(' '))} ;;`);
  return `# Completion of ${root.name} for bash: source <(${root.name} completion bash)
_${root.name}() {
  local path=${root.name} words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${below.join('|')}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _${root.name} ${root.name}
`;
}

function zsh(root: CompletionNode): string {
  const nodes = everyNode(root);
  const below = nodes.slice(1).map(({ path }) => quoted(path));
  const entry = (name: string, description: string): string => quoted(`${name}:${description}`);
  const candidates = nodes.map(({ path, children, options }) => {
    const entries = [
      ...children.map((child) => entry(child.name, child.description)),
      ...options.map((option) => entry(option.flag, option.description)),
    ];
    return `    (${quoted(path)}) candidates=(${entries.join(' ')}) ;;`;
  });
  return `#compdef ${root.name}
# Completion of ${root.name} for zsh: source <(${root.name} completion zsh)
_${root.name}() {
  local typed=${root.name} word
  local -a candidates
  for word in \${words[2,CURRENT-1]}; do
    case "$typed $word" in
      (${below.join('|')}) typed="$typed $word" ;;
    esac
  done
  case "$typed" in
${candidates.join('\n')}
  esac
  _describe -o ${root.name} candidates || _files
}
compdef _${root.name} ${root.name}
`;
}

/** True in fish once every command of the path has been typed. */
const fishCondition = (path: string): string =>
  path
    .split(' ')
    .slice(1)
    .map((name) => `__fish_seen_subcommand_from ${name}`)
    .join('; and ');

function fish(root: CompletionNode): string {
  const lines = everyNode(root).flatMap(({ path, children, options }) => {
    const here = fishCondition(path);
    const names = children.map((child) => child.name).join(' ');
    const offersChildren = [here, `not __fish_seen_subcommand_from ${names}`].filter((part) => part !== '');
    const condition = offersChildren.join('; and ');
    return [
      ...children.map(
        ({ name, description }) =>
          `complete -c ${root.name} -f -n ${fishQuoted(condition)} -a ${name} -d ${fishQuoted(description)}`,
      ),
      ...options.map(({ flag, description, takesValue }) => {
        const when = here === '' ? '' : ` -n ${fishQuoted(here)}`;
        return `complete -c ${root.name}${when} -l ${flag.slice(2)}${takesValue ? ' -r' : ''} -d ${fishQuoted(description)}`;
      }),
    ];
  });
  return `# Completion of ${root.name} for fish: ${root.name} completion fish | source\n${lines.join('\n')}\n`;
}

export const SHELLS = { bash, zsh, fish };
export type Shell = keyof typeof SHELLS;
