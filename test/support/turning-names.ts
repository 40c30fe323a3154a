// Preloaded into a server (`NODE_OPTIONS=--import`): host names of TEST_NAMES resolve to its addresses, one look-up after the
// other and the last for ever. DNS is the one part of the outside that no test may have for real.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

type Answer = (error: Error | null, addresses: readonly dns.LookupAddress[]) => void;

const names = JSON.parse(process.env.TEST_NAMES ?? '{}') as Record<string, string[]>;
const { lookup } = dns;

function turned(host: string, options: dns.LookupAllOptions, callback: Answer): void {
  const addresses = names[host];
  if (addresses === undefined) {
    lookup(host, options, callback as never);
    return;
  }
  const address = (addresses.length > 1 ? addresses.shift() : addresses[0]) as string;
  process.nextTick(callback, null, [{ address, family: 4 }]);
}

dns.lookup = turned as never;
syncBuiltinESMExports();
