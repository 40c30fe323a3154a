import type { Command } from 'commander';

export interface ConfigOption {
  config?: string;
}

export interface JsonOption {
  json?: boolean;
}

export const withConfig = (command: Command): Command =>
  command.option('--config <file>', 'configuration file (default: ALIDADE_CONFIG, then alidade.yaml upward from here)');

export const withJson = (command: Command): Command => command.option('--json', 'as JSON');

/** For options that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];
