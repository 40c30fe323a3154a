import { describe, expect, it } from 'vitest';
import { findAll } from './test-find.ts';

describe('account numbers', () => {
  it.each(['DE89370400440532013000', 'DE89 3704 0044 0532 0130 00', 'gb82 west 1234 5698 7654 32', 'NO9386011117947'])(
    'IBAN %s is found exactly',
    (iban) => {
      expect(findAll(`From ${iban}, please.`, 'iban')).toEqual([`iban ${iban}`]);
    },
  );

  it.each([
    'DE88370400440532013000',
    'DE8937040044053201300',
    'DE893704004405320130001',
    'ZZ89370400440532013000',
    'xDE89370400440532013000',
    'gb82 wEST 1234 5698 7654 32',
  ])('IBAN %s is none', (iban) => {
    expect(findAll(`From ${iban} on`, 'iban')).toEqual([]);
  });

  it('a bank code needs a label, since words in capitals have its shape', () => {
    expect(findAll('SWIFT code: DEUTDEFF500', 'swift')).toEqual(['swift DEUTDEFF500']);
    expect(findAll('The ANNUALLY PRINTED report is COMPLETE', 'swift')).toEqual([]);
    expect(findAll('SWIFT code: DEUTXXFF', 'swift')).toEqual([]);
  });

  it.each([
    '1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
    '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
    'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
    '0x52908400098527886E0F7030069857D2E4169EE7',
  ])('wallet %s is found', (address) => {
    expect(findAll(`wallet ${address}`, 'crypto_address')).toEqual([`crypto_address ${address}`]);
  });

  it.each([
    '1BoatSLRHtKNngkdXEeobR76b53LETtpyU',
    'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp',
    '0x52908400098527886E0F7030069857D2E4169EE',
  ])('wallet %s with a changed or missing sign is none', (address) => {
    expect(findAll(`wallet ${address}`, 'crypto_address')).toEqual([]);
  });

  it.each(['4012 8888 8888 1881', '4012-8888-8888-1881', '4012888888881881', '3714 496353 98431', '3056 930902 5904'])(
    'card %s is found exactly',
    (card) => {
      expect(findAll(`pay by card ${card} now`, 'credit_card')).toEqual([`credit_card ${card}`]);
    },
  );

  it.each(['4012 8888 8888 1882', '9012888888881883', '4012 8888 8888', '4012 8888-8888 1881'])(
    'card %s is none',
    (card) => {
      expect(findAll(`pay by card ${card} now`, 'credit_card')).toEqual([]);
    },
  );
});
