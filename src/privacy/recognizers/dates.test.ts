import { describe, expect, it } from 'vitest';
import { findAll } from './test-find.ts';

describe('dates', () => {
  it.each([
    '5/20/2021',
    '2021-05-21',
    '21.5.2021',
    '5-May-2021',
    'May 1st, 1977',
    '3 March 1985',
    '2024-06-05T09:15:30.500-07:00',
    '1990年5月3日',
    '5月3日',
    '5월 3일',
    '1er juillet 2026',
  ])('%s is found exactly', (date) => {
    expect(findAll(`Today is ${date} or so`, 'date')).toEqual([`date ${date}`]);
  });

  it.each(['13/13/2021', '2021-02-30', '1.2.3', '10.0.19041.1', '99-99-9999', 'may be'])('%s is none', (text) => {
    expect(findAll(`Now ${text} or so`, 'date').filter((found) => found === `date ${text}`)).toEqual([]);
  });

  it.each([
    'born 3 March 1985',
    'DOB: 03/04/1985',
    'geboren am 03.04.1985',
    'né le 03/04/1985',
    'nacido el 3/4/1985',
    '出生日期:1985年4月3日',
    '生年月日 1985年4月3日',
    'geboren op 3 april 1985 te x',
    'Doğum Tarihi: 03.04.1985',
    'data de nascimento: 3 de abril de 1985',
  ])('is somebody’s birthday in %j', (text) => {
    expect(findAll(text, 'date_of_birth')).toHaveLength(1);
  });

  it('an age needs words that say so', () => {
    expect(findAll('He is 47 years old', 'age')).toEqual(['age 47']);
    expect(findAll('She retired at the age of 63', 'age')).toEqual(['age 63']);
    expect(findAll('Room 47 on page 63', 'age')).toEqual([]);
    for (const text of [
      'Er ist 47 Jahre alt',
      'une femme de 47 ans',
      'tiene 47 años',
      '患者47岁',
      '47歳の男性',
      '47세 남성',
      '47살이며 전주에',
      'Paziente, 47 anni, ricoverata',
      'dhr. Zorblin, 47 jaar, verwezen',
      'Zorblina, lat 47, skierowana',
      'Zorblin, 47 yaşında, geldi',
      'The defendant, Zorblin Quarmby, 47, of Brindlewick',
      'Zorblin Quarmby, 47F, was seen',
      'Tante Zorbline wird 47.',
      'Candelaria Zorblina, de 47 años, acude',
      'Patientin Zorbline Quarm, 47 J., Nummer x',
    ])
      expect(findAll(text, 'age'), text).toEqual(['age 47']);
    for (const text of [
      'pendant 3 ans',
      'un contrato de 5 años',
      'vor 3 Jahren',
      '3세대',
      '4才能',
      'In Oslo, 47, and so on',
      'at 16F tonight',
      'May, 12, was',
    ])
      expect(findAll(text, 'age'), text).toEqual([]);
  });
});
