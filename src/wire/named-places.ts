import { AppError } from '../contracts/errors.ts';
import { isRecord, type Json, listOf } from './members.ts';

/** By which clients of other gateways name a destination, or the key for one (LiteLLM's CVE-2024-6587 was this). */
const FORBIDDEN_MEMBERS = ['base_url', 'api_base', 'api_key', 'custom_host'] as const;
/** By which vendors are told of servers that they shall send parts of the conversation to. */
const LISTS_OF_SERVERS = ['mcp_servers', 'data_sources'] as const;

const refused = (param: string): AppError =>
  new AppError('forbidden_member', `${param} may not be sent: destinations come from the configuration only.`, {
    param,
  });

/** Refuses a request that names a place for data to go to, here or by way of the vendor. @throws AppError forbidden_member */
export function refuseNamedPlaces(body: Json): void {
  for (const name of FORBIDDEN_MEMBERS) if (body[name] !== undefined) throw refused(name);
  for (const name of LISTS_OF_SERVERS) if (listOf(body[name]).length > 0) throw refused(name);
  if (body.tools === undefined) return;
  for (const [index, tool] of listOf(body.tools).entries()) {
    if (isRecord(tool) && tool.server_url !== undefined) throw refused(`tools[${index}].server_url`);
  }
}
