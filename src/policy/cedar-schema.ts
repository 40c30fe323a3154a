import { POLICY_ACTIONS } from '../contracts/policy.ts';
import { type AttributeRow, DEPLOYMENT_ATTRIBUTES, REQUEST_ATTRIBUTES } from './attribute-list.ts';

const CEDAR_TYPES = { bool: 'Bool', string: 'String', long: 'Long', 'long?': 'Long', set: 'Set<String>' } as const;

const members = (rows: Readonly<Record<string, AttributeRow>>): string =>
  Object.entries(rows)
    .map(([name, { type }]) => `  ${name}${type.endsWith('?') ? '?' : ''}: ${CEDAR_TYPES[type]}`)
    .join(',\n');

/** `send` stands for sending in whatever form: what must not leave even as tokens is forbidden under it. */
export const SEND_GROUP = 'send';
export const SENDING = ['send_raw', 'send_tokenised'] as const;

const groupOf = (action: string): string =>
  (SENDING as readonly string[]).includes(action) ? ` in [Action::"${SEND_GROUP}"]` : '';

/** The schema that every rule is checked against, as Cedar writes it; generated from the lists of attributes. */
export const CEDAR_SCHEMA = `entity Request;
entity Deployment {
${members(DEPLOYMENT_ATTRIBUTES)}
};
type Context = {
${members(REQUEST_ATTRIBUTES)}
};
action ${SEND_GROUP};
${POLICY_ACTIONS.map(
  (action) =>
    `action ${action}${groupOf(action)} appliesTo { principal: [Request], resource: [Deployment], context: Context };`,
).join('\n')}
`;
