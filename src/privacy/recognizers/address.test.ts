import { describe, expect, it } from 'vitest';
import { findAll, findSure } from './test-find.ts';

describe('addresses', () => {
  it.each([
    '14 Quimby Crescent',
    '221 Upper Foxglove Street, Apt. 5, Brindlewick, OH 44077',
    '12 Candlemaker Road\n Suite 976\n Juniper Falls\n Norway 12345',
    'Lindenstraße 5, 10969 Berlin',
    'Am Quimbybach 7, 83022 Rosenheim',
    'An der Quimbyburg 3, 10115 Berlin',
    '12 rue des Lilas, 75020 Paris',
    'Calle Mayor 15, 28013 Madrid',
  ])('%j is found whole', (address) => {
    expect(findSure(`Please send it to ${address}`, 'address')).toEqual([`address ${address}`]);
  });

  it.each([
    ['住在北京市朝阳区建国路88号3单元502室', '北京市朝阳区建国路88号3单元502室'],
    ['東京都新宿区西新宿2-8-1に住む', '東京都新宿区西新宿2-8-1'],
    ['서울특별시 강남구 테헤란로 123 입니다', '서울특별시 강남구 테헤란로 123'],
  ])('are found in %j', (text, address) => {
    expect(findSure(text, 'address')).toEqual([`address ${address}`]);
  });

  it('places inside them are reported on request only', () => {
    const text = 'I moved to 14 Quimby Crescent, Lisbon';
    expect(findSure(text)).toEqual(['address 14 Quimby Crescent, Lisbon']);
    expect(findAll(text)).toEqual(['address 14 Quimby Crescent, Lisbon', 'city Lisbon']);
  });

  it.each([
    'I have 3 Apples',
    'Chapter 12 The Street',
    'in 2021 March was cold',
    '5 Days Left',
    'step 4 Click Next',
    'v1.2 Main Street',
    'Am Montag 7, 83022 Rosenheim',
    'In Version 3, 10115 Berlin',
    'Am Quimbybach 7 nicht',
  ])('%j holds none for sure', (text) => {
    expect(findSure(text, 'address')).toEqual([]);
  });

  it('a postal code needs a label, a place or an unmistakable shape', () => {
    expect(findSure('My zip code is 62704', 'postal_code')).toEqual(['postal_code 62704']);
    expect(findSure('SW1A 1AA is a palace', 'postal_code')).toEqual(['postal_code SW1A 1AA']);
    expect(findSure('10115 Berlin', 'postal_code')).toEqual(['postal_code 10115']);
    expect(findSure('It cost 62704 in all', 'postal_code')).toEqual([]);
    expect(findAll('QA1 1AA', 'postal_code')).toEqual([]);
    expect(findSure('〒930-0002', 'postal_code')).toEqual(['postal_code 930-0002']);
    expect(findSure('GIR 0AA', 'postal_code')).toEqual(['postal_code GIR 0AA']);
    for (const nobodys of ['00000', '99999']) expect(findAll(nobodys, 'postal_code')).toEqual([]);
    expect(findAll('01000', 'postal_code')).toEqual(['postal_code 01000']);
  });
});
