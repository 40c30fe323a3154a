import type { PriceSnapshot } from '../contracts/usage.ts';
import type { ModelDetails } from '../offline/model-catalogue.ts';
import { dollars, thousands } from './output.ts';

const UNKNOWN = 'unknown';

export const tokensText = (tokens: number | null): string => (tokens === null ? UNKNOWN : thousands(tokens));

const rate = (usd: number | null): string => (usd === null ? UNKNOWN : dollars(usd));

/** Input and output price of a million tokens, each of which may be unknown. */
export function pricePair(price: PriceSnapshot | null): string {
  return price === null ? UNKNOWN : `${rate(price.input_usd_per_mtok)}, ${rate(price.output_usd_per_mtok)}`;
}

const sourced = (fact: { value: number; source: string; date: string } | null): string =>
  fact === null ? UNKNOWN : `${thousands(fact.value)} tokens (${fact.source}, ${fact.date})`;

function capabilities(model: ModelDetails): string {
  const entries = Object.entries(model.capabilities);
  const group = (value: boolean | 'unknown'): string =>
    entries.flatMap(([name, stated]) => (stated === value ? [name] : [])).join(', ') || 'none';
  return `yes: ${group(true)}; no: ${group(false)}; unknown: ${group(UNKNOWN)}`;
}

function standsFor({ alias }: ModelDetails): string {
  if (alias === null) return 'itself';
  return `${alias.resolves_to ?? 'nothing known'}, since ${alias.since} (${alias.source}). ${alias.note}`;
}

function deployments(model: ModelDetails): string[] {
  return model.served_by.map(({ id, endpoint, upstream_model, answers, price_now, sandbox }) => {
    if (sandbox) return `    ${id}: SANDBOX, a deterministic program and not an AI model`;
    const price =
      price_now === null ? 'price unknown' : `${pricePair(price_now)} per million tokens in, out (${price_now.source})`;
    return `    ${id}: ${endpoint.operator}, region ${endpoint.region}, asked for as ${upstream_model}, answers as ${answers ?? UNKNOWN}; ${price}`;
  });
}

/** What `models show` prints: every fact with who says so, and `unknown` where nobody does. */
export function modelText(model: ModelDetails): string {
  const facts: readonly [string, string][] = [
    ['maker', `${model.maker} (${model.country})`],
    ['kind', model.kind],
    ['stands for', standsFor(model)],
    ['open weights', String(model.open_weights)],
    ['context window', sourced(model.context_window)],
    ['longest answer', sourced(model.max_output)],
    ['capabilities', capabilities(model)],
    ['other spellings', model.other_spellings.join(', ') || 'none'],
    ['claims', model.claims.join(', ') || 'none'],
    ['available', model.unavailable === null ? 'yes' : `no. ${model.unavailable}`],
  ];
  const lines = facts.map(([name, value]) => `  ${name.padEnd(17)}${value}`);
  return `${[model.model, ...lines, ...(model.served_by.length === 0 ? [] : ['  deployments']), ...deployments(model)].join('\n')}\n`;
}
