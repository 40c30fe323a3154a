import { AppError } from '../contracts/errors.ts';
import { isRecord, type Json, listOf } from './members.ts';

/** By which clients of other gateways name a destination, or the key for one (LiteLLM's CVE-2024-6587 was this). */
const FORBIDDEN_MEMBERS = ['base_url', 'api_base', 'api_key', 'custom_host'] as const;
/** By which vendors are told of servers that they shall send parts of the conversation to. */
const LISTS_OF_SERVERS = ['mcp_servers', 'data_sources'] as const;

/**
 * By which a tool or plug-in names who gets the conversation: a server, an account connected to the vendor, or a model
 * that was never decided on (platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool: all of it is shown to
 * `model`, at that one's price; openrouter.ai/docs/features/plugins).
 */
const NAMED_BY_TOOLS = ['server_url', 'connector_id', 'model', 'models', 'allowed_models'] as const;

const refused = (param: string): AppError =>
  new AppError('forbidden_member', `${param} may not be sent: destinations come from the configuration only.`, {
    param,
  });

/** Refuses a request that names a place for data to go to, here or by way of the vendor. @throws AppError forbidden_member */
export function refuseNamedPlaces(body: Json): void {
  for (const name of FORBIDDEN_MEMBERS) if (body[name] !== undefined) throw refused(name);
  for (const name of LISTS_OF_SERVERS) if (listOf(body[name]).length > 0) throw refused(name);
  // OpenRouter's: settings kept with the vendor, the model and its operator among them.
  if (typeof body.preset === 'string') throw refused('preset');
  if (body.tools !== undefined) refuseAmong('tools', body.tools);
  if (body.plugins !== undefined) refuseAmong('plugins', body.plugins);
}

function refuseAmong(list: string, values: unknown): void {
  for (const [index, value] of listOf(values).entries()) {
    if (!isRecord(value)) continue;
    for (const name of NAMED_BY_TOOLS) if (value[name] !== undefined) throw refused(`${list}[${index}].${name}`);
  }
}
