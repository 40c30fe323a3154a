import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chatCompletion } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { selfSignedCertificate } from '../../test/support/upstream/self-signed-certificate.ts';
import { collectCall, testEndpoint, testRequest } from '../../test/support/upstream/upstream-calls.ts';
import { checkedLookup, PUBLIC_ADDRESS_RULES, type ResolveHost, targetOf } from './address-guard.ts';
import { UpstreamCallError } from './failure.ts';
import { createUpstreamClient, type UpstreamClientOptions } from './http-client.ts';

const FORBIDDEN = [
  '127.0.0.1',
  '127.8.8.8',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '192.0.2.1',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  '2606:4700:4700::1111%eth0',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '::ffff:10.0.0.1',
  '::ffff:8.8.8.8',
  '::ffff:0a00:0001',
  '64:ff9b::10.0.0.1',
  '64:ff9b::8.8.8.8',
  '64:ff9b:1::1',
  '2002:0a00:0001::1',
  '2001::1',
  '2001:db8::1',
  'not an address',
];
const ALLOWED = ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1'];

describe('addresses', () => {
  test.each(FORBIDDEN)('%s is refused', (address) => {
    expect(PUBLIC_ADDRESS_RULES.forbidden(address)).toBe(true);
  });

  test.each(ALLOWED)('%s is allowed', (address) => {
    expect(PUBLIC_ADDRESS_RULES.forbidden(address)).toBe(false);
    expect(PUBLIC_ADDRESS_RULES.alwaysForbidden(address)).toBe(false);
  });

  test.each(['169.254.169.254', '::ffff:169.254.169.254', 'fd00:ec2::254', '100.100.100.200'])(
    '%s is refused for private endpoints too',
    (address) => {
      expect(PUBLIC_ADDRESS_RULES.alwaysForbidden(address)).toBe(true);
    },
  );

  test('private addresses are what private endpoints are for', () => {
    for (const address of ['127.0.0.1', '10.0.0.1', '::1', 'fd12::1']) {
      expect(PUBLIC_ADDRESS_RULES.alwaysForbidden(address)).toBe(false);
    }
  });
});

describe('base URLs', () => {
  test.each([
    'http://api.vendor.example/v1',
    'ftp://api.vendor.example/v1',
    'https://user:pass@api.vendor.example/v1',
    'https://10.0.0.1/v1',
    'https://0x7f.1/v1',
    'https://2130706433/v1',
    'https://017700000001/v1',
    'https://0x08080808/v1',
    'https://[::1]/v1',
    'https://[::ffff:10.0.0.1]/v1',
    'https://169.254.169.254/latest',
    'not a url',
    '/v1',
  ])('%s is refused for a public endpoint', (baseUrl) => {
    expect(targetOf(baseUrl, false, PUBLIC_ADDRESS_RULES)).toBeInstanceOf(UpstreamCallError);
  });

  test.each(['http://169.254.169.254/v1', 'file:///etc/passwd', 'http://user@10.0.0.1/v1'])(
    '%s is refused for a private endpoint',
    (baseUrl) => {
      expect(targetOf(baseUrl, true, PUBLIC_ADDRESS_RULES)).toBeInstanceOf(UpstreamCallError);
    },
  );

  test('the destination is what the URL parser saw, whatever surrounds the host', () => {
    expect(targetOf('https://api.vendor.example/v1/', false, PUBLIC_ADDRESS_RULES)).toEqual({
      origin: 'https://api.vendor.example',
      basePath: '/v1',
      search: '',
      private: false,
    });
    expect(targetOf('https://8.8.8.8:8443', false, PUBLIC_ADDRESS_RULES)).toMatchObject({
      origin: 'https://8.8.8.8:8443',
    });
    expect(targetOf('https://evil.example#.openai.azure.com/openai/v1', false, PUBLIC_ADDRESS_RULES)).toMatchObject({
      origin: 'https://evil.example',
      basePath: '',
    });
    expect(targetOf('http://10.0.0.5:8000/v1', true, PUBLIC_ADDRESS_RULES)).toMatchObject({ private: true });
  });
});

describe('the lookup of a connection', () => {
  const lookup = (
    isPrivate: boolean,
    resolve: ResolveHost,
    options: { all?: boolean; family?: number } = { all: true },
  ) =>
    new Promise<{ error: Error | null; found: unknown }>((done) => {
      checkedLookup(isPrivate, PUBLIC_ADDRESS_RULES, resolve)('vendor.example', options, (error, found) =>
        done({ error, found }),
      );
    });
  const answering =
    (...addresses: string[]): ResolveHost =>
    (_host, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );

  test('hands out exactly the addresses that were checked', async () => {
    expect((await lookup(false, answering('8.8.8.8', '1.1.1.1'))).found).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '1.1.1.1', family: 4 },
    ]);
    expect((await lookup(false, answering('2606:4700:4700::1111', '8.8.8.8'), { family: 4 })).found).toBe('8.8.8.8');
  });

  test('one forbidden address among good ones refuses the name', async () => {
    const { error } = await lookup(false, answering('8.8.8.8', '10.0.0.1'));
    expect(error).toMatchObject({ code: 'address_forbidden' });
  });

  test('no address, and none of the wanted family, are errors', async () => {
    expect((await lookup(false, answering())).error).toMatchObject({ code: 'ENOTFOUND' });
    expect((await lookup(false, answering('8.8.8.8'), { family: 6 })).error).toMatchObject({ code: 'ENOTFOUND' });
  });

  test('private endpoints may resolve to private addresses but not to metadata', async () => {
    expect((await lookup(true, answering('10.0.0.1'))).error).toBeNull();
    expect((await lookup(true, answering('169.254.169.254'))).error).toMatchObject({ code: 'address_forbidden' });
  });

  test('simultaneous connections share a resolution, later ones do not', async () => {
    let resolutions = 0;
    const pending: (() => void)[] = [];
    const shared = checkedLookup(false, PUBLIC_ADDRESS_RULES, (_host, callback) => {
      resolutions += 1;
      pending.push(() => callback(null, [{ address: '8.8.8.8', family: 4 }]));
    });
    const ask = () => new Promise((done) => shared('vendor.example', { all: true }, (_error, found) => done(found)));
    const both = [ask(), ask()];
    pending.shift()?.();
    await Promise.all(both);
    expect(resolutions).toBe(1);
    const third = ask();
    pending.shift()?.();
    await third;
    expect(resolutions).toBe(2);
  });
});

describe('a public endpoint over TLS', () => {
  const { key, cert } = selfSignedCertificate('api.vendor.example');
  let upstream: ScriptedUpstream;
  let clients: ReturnType<typeof createUpstreamClient>[] = [];
  const clientWith = (options: UpstreamClientOptions) => {
    const client = createUpstreamClient({ certificateAuthorities: [cert], ...options });
    clients.push(client);
    return client;
  };
  /** Loopback stands for the public internet here, and 10.0.0.0/8 stays forbidden. */
  const addressRules = {
    forbidden: (address: string) => address !== '127.0.0.1' && PUBLIC_ADDRESS_RULES.forbidden(address),
    alwaysForbidden: PUBLIC_ADDRESS_RULES.alwaysForbidden,
  };
  const answers = (addresses: readonly string[]): ResolveHost => {
    const left = [...addresses];
    return (_host, callback) => callback(null, [{ address: left.shift() ?? '127.0.0.1', family: 4 }]);
  };
  const endpointAt = (host: string) => testEndpoint(`https://${host}:${upstream.port}/v1`, { private: false });

  beforeEach(async () => {
    upstream = await createScriptedUpstream({ tls: { key, cert } });
    upstream.reply(chatCompletion());
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.close()));
    clients = [];
    await upstream.close();
  });

  test('connects to the checked address with the server name and Host of the name', async () => {
    const client = clientWith({ addressRules, resolve: answers(['127.0.0.1']) });
    const got = collectCall(client, testRequest(endpointAt('api.vendor.example')));
    await got.ended;
    expect([got.failure, got.status]).toEqual([null, 200]);
    const call = await upstream.request(1);
    expect(call.serverName).toBe('api.vendor.example');
    expect(call.headers.host).toBe(`api.vendor.example:${upstream.port}`);
  });

  test('is refused when the certificate is for another name', async () => {
    const client = clientWith({ addressRules, resolve: answers(['127.0.0.1']) });
    const got = collectCall(client, testRequest(endpointAt('other.vendor.example')));
    await got.ended;
    expect([got.failure, upstream.requests.length]).toEqual(['connect_failed', 0]);
  });

  test('is refused at connect when its name points inside, and no connection is made', async () => {
    for (const address of ['10.0.0.1', '169.254.169.254']) {
      const client = clientWith({ addressRules, resolve: answers([address]) });
      const got = collectCall(client, testRequest(endpointAt('api.vendor.example')));
      await got.ended;
      expect(got.failure).toBe('address_forbidden');
    }
    expect(upstream.connectionsAccepted).toBe(0);
  });

  test('is checked again for every new connection, so a name that turns private is refused then', async () => {
    const client = clientWith({ addressRules, resolve: answers(['127.0.0.1', '10.0.0.1']), maxConnectionAgeMs: 0 });
    const endpoint = endpointAt('api.vendor.example');
    const first = collectCall(client, testRequest(endpoint));
    await first.ended;
    const second = collectCall(client, testRequest(endpoint));
    await second.ended;
    expect([first.failure, second.failure]).toEqual([null, 'address_forbidden']);
  });

  test('is refused by the real rules when it is loopback, and a private endpoint lends it nothing', async () => {
    const client = clientWith({ resolve: answers(['127.0.0.1']) });
    const open = testEndpoint(`https://api.vendor.example:${upstream.port}/v1`, { private: true });
    const allowed = collectCall(client, testRequest(open));
    await allowed.ended;
    const refused = collectCall(client, testRequest(endpointAt('api.vendor.example')));
    await refused.ended;
    expect([allowed.status, refused.failure]).toEqual([200, 'address_forbidden']);
  });

  test('a forbidden base URL fails the call after dispatch has returned', async () => {
    const client = clientWith({});
    const got = collectCall(client, testRequest(testEndpoint('https://0x7f.1/v1', { private: false })));
    expect(got.events).toEqual([]);
    await got.ended;
    expect(got.failure).toBe('address_forbidden');
    expect(got.cause?.message).toContain('private or local');
  });
});
