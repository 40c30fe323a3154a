import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { isPrivateAddress } from '../lib/private-address.ts';
import { AddressForbiddenError, type UpstreamCallError } from './failure.ts';

/** Where an endpoint's calls go, from its base URL and nothing else. */
export interface Target {
  /** Scheme, host and port. */
  origin: string;
  /** Path of the base URL without a trailing slash. */
  basePath: string;
  /** Query of the base URL with its question mark, or empty. */
  search: string;
  private: boolean;
}

/** Answers of the system's resolver for one name, in its order. */
export type ResolveHost = (
  host: string,
  callback: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** True for addresses that may not be connected to. `address` is an IP literal as DNS or URL parsing writes it. */
export interface AddressRules {
  /** For endpoints that are not `private`. */
  forbidden(address: string): boolean;
  /** For every endpoint. */
  alwaysForbidden(address: string): boolean;
}

function blockList(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix = ''] = subnet.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

/**
 * IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4), and protocol assignments. A public name has no need of
 * them, and what they lead to is decided by a translator that we do not see.
 */
const TRANSLATED_IPV6 = blockList(
  ['::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '2001::/23', '2002::/16'],
  'ipv6',
);

/**
 * Metadata and host services of clouds (AWS, GCP, Azure; Azure wire server; Alibaba; Oracle; AWS over IPv6). Credentials
 * live there and no model does, so `private: true` does not open them.
 */
const METADATA_IPV4 = blockList(
  ['169.254.169.254/32', '168.63.129.16/32', '100.100.100.200/32', '192.0.0.192/32'],
  'ipv4',
);
const METADATA_IPV6 = blockList(['fd00:ec2::254/128', 'fd20:ce::254/128'], 'ipv6');

function isMetadataAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return METADATA_IPV4.check(address, 'ipv4');
  // BlockList matches a mapped IPv4 address against IPv4 rules when told that it is IPv6.
  return (
    family === 6 &&
    !address.includes('%') &&
    (METADATA_IPV6.check(address, 'ipv6') || METADATA_IPV4.check(address, 'ipv6'))
  );
}

function isForbiddenAddress(address: string): boolean {
  // null is no address at all, which must not pass either.
  if (isPrivateAddress(address) !== false || isMetadataAddress(address)) return true;
  return isIP(address) === 6 && (address.includes('%') || TRANSLATED_IPV6.check(address, 'ipv6'));
}

/** What holds outside tests. */
export const PUBLIC_ADDRESS_RULES: AddressRules = { forbidden: isForbiddenAddress, alwaysForbidden: isMetadataAddress };

/**
 * Reads a base URL. For an endpoint that is not private it must be https, and an IP literal must be written plainly and
 * be public: `0x7f.1` and `2130706433` are 127.0.0.1 to a URL parser and something else to a reviewer.
 */
export function targetOf(baseUrl: string, isPrivate: boolean, rules: AddressRules): Target | UpstreamCallError {
  if (!URL.canParse(baseUrl)) return new AddressForbiddenError('The base URL of the endpoint is not a URL.');
  const url = new URL(baseUrl);
  const problem = problemWith(url, baseUrl, isPrivate, rules);
  if (problem !== null) return new AddressForbiddenError(problem);
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, ''), search: url.search, private: isPrivate };
}

function problemWith(url: URL, written: string, isPrivate: boolean, rules: AddressRules): string | null {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'The base URL must begin with https://.';
  if (url.username !== '' || url.password !== '') return 'The base URL must not hold a user name or password.';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && rules.alwaysForbidden(host)) return 'The base URL names a cloud metadata address.';
  if (isPrivate) return null;
  if (url.protocol !== 'https:') return 'The base URL must be https unless the endpoint is marked private.';
  if (isIP(host) === 0) return null;
  if (rules.forbidden(host))
    return 'The base URL names a private or local address and the endpoint is not marked private.';
  if (isIP(host) === 4 && !written.includes(host)) return 'The base URL writes an IP address in an unusual form.';
  return null;
}

/**
 * A lookup for net.connect that hands out only addresses that passed, so what is connected to is what was checked
 * (the TLS server name stays the host's). One bad address among good ones refuses the name: a vendor's public name has
 * no reason to point inside. Runs for every new connection; simultaneous connections to one host share one resolution,
 * because getaddrinfo has only four threads.
 */
export function checkedLookup(isPrivate: boolean, rules: AddressRules, resolve: ResolveHost | null): LookupFunction {
  type Waiter = (error: Error | null, addresses: readonly LookupAddress[]) => void;
  const resolveHost: ResolveHost =
    resolve ??
    ((host, callback) =>
      systemLookup(host, { all: true, order: 'verbatim' }, (error, found) => callback(error, found ?? [])));
  const underWay = new Map<string, Waiter[]>();

  const check = (host: string, addresses: readonly LookupAddress[]): Error | null => {
    if (addresses.length === 0) return Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
    const refused = (address: string): boolean =>
      rules.alwaysForbidden(address) || (!isPrivate && rules.forbidden(address));
    if (!addresses.some(({ address }) => refused(address))) return null;
    return new AddressForbiddenError(`${host} resolves to a private, local or metadata address.`);
  };

  const resolveChecked = (host: string, waiter: Waiter): void => {
    const waiting = underWay.get(host);
    if (waiting !== undefined) {
      waiting.push(waiter);
      return;
    }
    const waiters = [waiter];
    underWay.set(host, waiters);
    resolveHost(host, (error, addresses) => {
      underWay.delete(host);
      const problem = error ?? check(host, addresses);
      for (const one of waiters) one(problem, addresses);
    });
  };

  return (host, options, callback) => {
    resolveChecked(host, (error, addresses) => {
      const wanted =
        options.family === 4 || options.family === 6 ? addresses.filter((a) => a.family === options.family) : addresses;
      const first = wanted[0];
      if (error !== null || first === undefined) {
        callback(
          error ?? Object.assign(new Error(`${host} has no address of the wanted family`), { code: 'ENOTFOUND' }),
          '',
          0,
        );
      } else if (options.all === true) {
        callback(null, [...wanted]);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}
