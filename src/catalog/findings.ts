import type { ConfigurationFinding, ConfigurationPath } from '../contracts/configuration-problem.ts';

/** Gathers what is wrong while building; nothing throws, so that one run shows every problem. */
export class Findings {
  readonly list: ConfigurationFinding[] = [];

  error(path: ConfigurationPath, message: string, hint: string | null = null): void {
    this.list.push({ severity: 'error', path, message, hint });
  }

  warning(path: ConfigurationPath, message: string, hint: string | null = null): void {
    this.list.push({ severity: 'warning', path, message, hint });
  }
}

/** `a`, `a or b`, `a, b or c`; what to say when there are several ways. */
export function oneOf(items: readonly string[]): string {
  if (items.length <= 1) return items.join('');
  return `${items.slice(0, -1).join(', ')} or ${items[items.length - 1]}`;
}

/** `Did you mean a or b?`, or null without candidates. */
export function didYouMean(candidates: readonly string[]): string | null {
  return candidates.length === 0 ? null : `Did you mean ${oneOf(candidates)}?`;
}
