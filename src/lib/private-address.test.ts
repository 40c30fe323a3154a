import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLocalName, isPrivateAddress } from './private-address.ts';

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
    '::1',
    '::',
    '[::1]',
    'fe80::1%eth0',
    'fd00::1',
    'ff02::1',
    '::ffff:10.0.0.5',
    '::ffff:7f00:1',
    '64:ff9b::10.0.0.1',
    '2002:a00:1::',
  ])('calls %s private', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '[2a00:1450:4001::200e]',
    '64:ff9b::8.8.8.8',
  ])('calls %s public', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });

  it.each(['api.z.ai', 'localhost', '', '1.2.3', '256.1.1.1', '1::2::3', ':::', '12345::'])(
    'says nothing about %j',
    (text) => {
      expect(isPrivateAddress(text)).toBeNull();
    },
  );

  it('sees through every number form that URL accepts', () => {
    for (const host of ['0x7f.1', '2130706433', '0177.0.0.1', '127.1']) {
      expect(isPrivateAddress(new URL(`http://${host}/`).hostname)).toBe(true);
    }
  });

  it('judges an IPv4 address and its mapped form alike', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const mapped = new URL(`http://[::ffff:${address}]/`).hostname;
        expect(isPrivateAddress(mapped)).toBe(isPrivateAddress(address));
      }),
    );
  });

  it('reads every IPv6 address that URL accepts', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(isPrivateAddress(new URL(`http://[${address}]/`).hostname)).not.toBeNull();
      }),
    );
  });
});

describe('isLocalName', () => {
  it('knows the names that mean this machine or this network', () => {
    expect(
      ['localhost', 'LOCALHOST.', 'a.localhost', 'printer.local', 'metadata.google.internal'].every(isLocalName),
    ).toBe(true);
    expect(['api.z.ai', 'localhost.example.com', 'internal.example.com'].some(isLocalName)).toBe(false);
  });
});
