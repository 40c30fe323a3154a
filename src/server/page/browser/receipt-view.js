import { definitions, disclosure, element, json, table } from './dom.js';
import { count, dollars, milliseconds } from './format.js';

/** @typedef {import('../../../contracts/receipt.ts').ChainedReceipt} ChainedReceipt */
/** @typedef {import('../../../contracts/usage.ts').Usage} Usage */

/** @param {Usage} usage */
const tokens = ({ input_tokens, output_tokens }) => `${count(input_tokens)} in, ${count(output_tokens)} out`;

/** @param {string} hash */
const short = (hash) => element('code', { title: hash }, hash.slice(0, 16));

/** @param {ChainedReceipt} receipt */
function attempts(receipt) {
  const rows = receipt.attempts.map((attempt) => [
    attempt.deployment,
    attempt.role,
    attempt.error === null ? attempt.outcome : `${attempt.outcome} (${attempt.error})`,
    attempt.status ?? 'none',
    milliseconds(attempt.first_token_ms),
    milliseconds(attempt.total_ms),
    `${tokens(attempt.usage)} (${attempt.usage_source})`,
    dollars(attempt.cost_usd),
  ]);
  const columns = ['deployment', 'role', 'outcome', 'status', 'first token', 'total', 'tokens', 'cost'];
  return table('Attempts', columns, rows);
}

/** @param {ChainedReceipt} receipt */
export function receiptView(receipt) {
  return element(
    'div',
    {},
    definitions([
      ['Request id', element('code', {}, receipt.request_id)],
      ['Outcome', receipt.error === null ? receipt.outcome : `${receipt.outcome} (${receipt.error})`],
      ['Tokens', tokens(receipt.usage)],
      ['Cost', receipt.sandbox ? `${dollars(receipt.cost_usd)} (sandbox)` : dollars(receipt.cost_usd)],
      ['Total', milliseconds(receipt.total_ms)],
      ['Before the upstream was called', milliseconds(receipt.overhead_ms)],
      ['Key', receipt.key],
      ['Use case', receipt.use_case],
      ['Chain', `${receipt.chain}, record ${receipt.seq}`],
      ['Hash', short(receipt.hash)],
      ['Hash of the record before', short(receipt.prev_hash)],
    ]),
    receipt.attempts.length === 0 ? element('p', {}, 'No deployment was called.') : attempts(receipt),
    disclosure('Raw JSON', json(receipt)),
  );
}
