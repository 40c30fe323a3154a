import type { Command } from 'commander';

export interface CompletionOption {
  /** `--json`. */
  flag: string;
  description: string;
  takesValue: boolean;
}

/** A command with what may follow it. */
export interface CompletionNode {
  /** `alidade config check`. */
  path: string;
  name: string;
  description: string;
  children: readonly CompletionNode[];
  options: readonly CompletionOption[];
}

/** What there is to complete, from the program itself: a new command is in it without anybody's doing. */
export function completionTree(command: Command, above = ''): CompletionNode {
  const path = above === '' ? command.name() : `${above} ${command.name()}`;
  const options = command.options.flatMap(({ long, description, required, optional, hidden }) =>
    hidden || long == null ? [] : [{ flag: long, description, takesValue: required || optional }],
  );
  return {
    path,
    name: command.name(),
    description: command.summary() || command.description(),
    children: command.commands.map((child) => completionTree(child, path)),
    options: [...options, { flag: '--help', description: 'what this command does', takesValue: false }],
  };
}

/** A node and everything below it. */
export function everyNode(node: CompletionNode): CompletionNode[] {
  return [node, ...node.children.flatMap(everyNode)];
}
