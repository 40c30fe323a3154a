import type { Command } from 'commander';
import { AppError } from '../contracts/errors.ts';

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

/** @throws AppError config_invalid naming the option */
export function wholeNumber(option: string, text: string, least = 1): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new AppError('config_invalid', `--${option} takes a whole number from ${least}, not ${JSON.stringify(text)}.`);
}
