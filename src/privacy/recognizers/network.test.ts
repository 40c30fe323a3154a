import { describe, expect, it } from 'vitest';
import { findAll, findSure } from './test-find.ts';

describe('network addresses', () => {
  it.each([
    ['from 203.0.113.77.', 'ip_address 203.0.113.77'],
    ['net 198.51.100.0/24', 'ip_address 198.51.100.0/24'],
    ['http://[2001:db8::1]:8080/', 'ip_address 2001:db8::1'],
    ['at fe80::1%eth0 now', 'ip_address fe80::1%eth0'],
    ['::ffff:203.0.113.9', 'ip_address ::ffff:203.0.113.9'],
    ['684D:1111:222:3333:4444:5555:6:77', 'ip_address 684D:1111:222:3333:4444:5555:6:77'],
    ['MAC 00:1A:2B:3C:4D:5E', 'mac_address 00:1A:2B:3C:4D:5E'],
    ['MAC aa-bb-cc-dd-ee-01', 'mac_address aa-bb-cc-dd-ee-01'],
    ['0012.3456.789a', 'mac_address 0012.3456.789a'],
  ])('are found exactly in %j', (text, expected) => {
    expect(findAll(text, 'ip_address', 'mac_address')).toEqual([expected]);
  });

  it.each([
    '203.0.113.256',
    '203.0.113',
    'x203.0.113.7',
    '2001:db8::1::2',
    '12345:db8::1',
    'ff:ff:ff:ff:ff:ff',
    '00:1A:2B:3C:4D',
    'at 12:34:56',
  ])('are not seen in %j', (text) => {
    expect(findAll(text, 'ip_address', 'mac_address')).toEqual([]);
  });

  it('versions, scopes and slices of programs are not taken for sure', () => {
    for (const text of [
      'version 10.20.30.40',
      'Chrome/120.0.6099.71',
      'std::cout << a',
      'xs[::1]',
      'a::b',
      '1.2.3.4',
      'oid 1.3.6.1.4.1',
    ]) {
      expect(findSure(text, 'ip_address'), text).toEqual([]);
    }
  });

  it('URLs end before what the sentence adds', () => {
    expect(findAll('See (https://www.example.com/a_(b)?x=1), or www.example.org!', 'url')).toEqual([
      'url https://www.example.com/a_(b)?x=1',
      'url www.example.org',
    ]);
    expect(findAll('ask www.quimby.example/a or xwww.quimby.example', 'url')).toEqual(['url www.quimby.example/a']);
  });

  it('hosts are found by clear endings or labels, members of objects are not', () => {
    expect(findAll('ask shop.example.com today', 'domain')).toEqual(['domain shop.example.com']);
    expect(findAll('my website is verdant.online', 'domain')).toEqual(['domain verdant.online']);
    for (const text of ['this.name', 'a.id = b.to', 'user.info()', 'index.d.ts', 'config.app.name', 'e.g. it']) {
      expect(findAll(text, 'domain', 'url'), text).toEqual([]);
    }
  });
});
