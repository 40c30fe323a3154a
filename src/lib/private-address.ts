/**
 * Whether an IP address (as `new URL().hostname` or a resolver writes it, brackets allowed) leads anywhere but the public
 * internet: loopback, private, link-local (cloud metadata), shared, multicast, reserved, and IPv6 forms that carry such an
 * IPv4 address. null when the text is no IP address. Table: IANA special-purpose address registries.
 */
export function isPrivateAddress(text: string): boolean | null {
  const host = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const four = parseIpv4(host);
  if (four !== null) return isPrivateIpv4(four);
  const groups = parseIpv6(host);
  return groups === null ? null : isPrivateIpv6(groups);
}

/** Whether a host name means this machine or a local network by convention, without asking a resolver. */
export function isLocalName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return name === 'localhost' || /\.(localhost|local|internal|home\.arpa)$/.test(name);
}

const PRIVATE_IPV4: readonly (readonly [base: number, bits: number])[] = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000000, 24],
  [0xc0000200, 24],
  [0xc0a80000, 16],
  [0xc6120000, 15],
  [0xc6336400, 24],
  [0xcb007100, 24],
  [0xe0000000, 4],
  [0xf0000000, 4],
];

function parseIpv4(host: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  if (match === null) return null;
  const octets = match.slice(1).map(Number);
  if (octets.some((octet) => octet > 255)) return null;
  return octets.reduce((value, octet) => value * 256 + octet, 0);
}

function isPrivateIpv4(value: number): boolean {
  return PRIVATE_IPV4.some(
    ([base, bits]) => Math.floor(value / 2 ** (32 - bits)) === Math.floor(base / 2 ** (32 - bits)),
  );
}

/** Eight 16-bit groups, or null. */
function parseIpv6(host: string): number[] | null {
  const address = host.split('%')[0] as string;
  if (!address.includes(':')) return null;
  const halves = address.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0] as string);
  const tail = parseGroups(halves[1] ?? '');
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1) return missing === 0 ? head : null;
  return missing < 1 ? null : [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function parseGroups(part: string): number[] | null {
  if (part === '') return [];
  const groups: number[] = [];
  const pieces = part.split(':');
  for (const [position, piece] of pieces.entries()) {
    const embedded = position === pieces.length - 1 ? parseIpv4(piece) : null;
    if (embedded !== null) groups.push(Math.floor(embedded / 65_536), embedded % 65_536);
    else if (/^[0-9a-f]{1,4}$/i.test(piece)) groups.push(Number.parseInt(piece, 16));
    else return null;
  }
  return groups;
}

function isPrivateIpv6(groups: readonly number[]): boolean {
  const [first, second] = groups as [number, number];
  const embedded = (high: number, low: number) => (groups[high] as number) * 65_536 + (groups[low] as number);
  const leadingZeros = groups.slice(0, 5).every((group) => group === 0);
  if (leadingZeros && groups[5] === 0xffff) return isPrivateIpv4(embedded(6, 7));
  if (first === 0x64 && second === 0xff9b) return groups[2] !== 0 || isPrivateIpv4(embedded(6, 7));
  if (first === 0x2002) return isPrivateIpv4(embedded(1, 2));
  if (first === 0x2001 && (second === 0 || second === 0xdb8)) return true;
  // Only 2000::/3 is global unicast; everything else is local, multicast or unassigned.
  return first < 0x2000 || first > 0x3fff;
}
