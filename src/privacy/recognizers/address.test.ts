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
    'Calle Quimbera 9, 4º C, 28013 Madrid',
    'Gran Vía 12, esc. 3, 6.º 2.ª, 08014 Barcelona',
    'C/ Santa Quimbera 8, 2.º izq., Gijón',
    'Avda. de la Quimbera, 4, bajo B, 41001 Sevilla',
    'Carrera 9 # 12-34, Bogotá',
    'Rua do Quimbo 11, 3.º Dto., 1100-061 Lisboa',
    'ul. Kwimbowa 7/12, 80-831 Gdańsk',
    'ul. Kwimbowa 7 m. 12, 30-059 Kraków',
    'Kimbo Caddesi No: 7 D: 2, 35210 Konak/İzmir',
    'Kimbo Sok. 12/4, Kadıköy, İstanbul',
    'Quimbgatan 7, 411 38 Göteborg',
    '1070 Wien, Quimbygasse 7/2/11',
    'Linke Quimbzeile 40/2/15, 1060 Wien',
    'Quimbystraße 5, 2. OG rechts, 80336 München',
    'Quimbacher Landstraße 21, 01257 Dresden',
    '3/41 Quimby Street, Brindlewick NSW 2007',
    'Flat 5, 9 Quimby Terrace, Edinburgh EH8 9JX',
    "12 Quimby's Yard, Bristol BS1 4QT",
    'PO Box 117, Brindlewick, NM 87501',
    'House No. 7, Quimby Road East, Accra',
    '300 Technology Square, Brindlewick, MA 02139',
  ])('%j is found whole', (address) => {
    expect(findSure(`Please send it to ${address}`, 'address')).toEqual([`address ${address}`]);
  });

  it.each([
    ['住在北京市朝阳区建国路88号3单元502室', '北京市朝阳区建国路88号3单元502室'],
    ['東京都新宿区西新宿2-8-1に住む', '東京都新宿区西新宿2-8-1'],
    ['住台北市大安區忠孝東路四段9號。', '台北市大安區忠孝東路四段9號'],
    ['서울특별시 강남구 테헤란로 123 입니다', '서울특별시 강남구 테헤란로 123'],
  ])('are found in %j', (text, address) => {
    expect(findSure(text, 'address')).toEqual([`address ${address}`]);
  });

  it.each([
    ['Quimbystraße 5, 80336 München, Kaution 900', 'Quimbystraße 5, 80336 München'],
    ['Calle Quimbera 9, 08014 Barcelona\nCentro de estudios: x', 'Calle Quimbera 9, 08014 Barcelona'],
  ])('end where something else begins: %j', (text, address) => {
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
    'Virgen del Camino el 7 de abril',
    'BP 148/92, pulse 88',
    '10 Great Places',
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
