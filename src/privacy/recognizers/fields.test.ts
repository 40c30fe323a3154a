import { describe, expect, it } from 'vitest';
import { detect } from '../detect.ts';
import { isMaskedByDefault } from '../types-of-data.ts';
import { findAll, findSure } from './test-find.ts';

describe('values of fields', () => {
  it.each([
    ['{"first_name": "Ottilia", "city": "Brindlewick"}', ['person Ottilia', 'city Brindlewick']],
    ['{"customer":{"name":"Ottilia Quarmby","email":"o@q.example"}}', ['person Ottilia Quarmby']],
    ['{\\"nachname\\": \\"Wackernagel\\", \\"ort\\": \\"Zwickelbach\\"}', ['person Wackernagel', 'city Zwickelbach']],
    ['<city>Brindlewick</city><country>Norway</country>', ['city Brindlewick', 'country Norway']],
    ['billing_city=Brindlewick status=open', ['city Brindlewick']],
    ['Ort: Zwickelbach', ['city Zwickelbach']],
    ['Ville : Grandval-sur-Mer', ['city Grandval-sur-Mer']],
    ['Employer: Zorvex Dynamics', ['organization Zorvex Dynamics']],
    ['- name: Ottilia Quarmby', ['person Ottilia Quarmby']],
    ['{"nom":"Grandval-Petit","prenom":"Odilia","adresse":{"ville":"x"}}', ['person Grandval-Petit', 'person Odilia']],
    [
      '{"name":[{"family":"Quarmby","given":["Ottilia"]}],"birthDate":"x","phone":"y"}',
      ['person Quarmby', 'person Ottilia'],
    ],
    ['Geburtsname: Wackernagel\nPLZ: x', ['person Wackernagel']],
    ['Prénom(s) : Odilia\nNaissance : x', ['person Odilia']],
    ['甲方：某某有限公司\n乙方：卢景行', ['organization 某某有限公司', 'person 卢景行']],
    ['{"收货人": "骆冰冰", "城市": "清溪"}', ['person 骆冰冰', 'city 清溪']],
    ['{"氏名": "黒木 花子", "市": "月影市"}', ['person 黒木 花子', 'city 月影市']],
    ['{"이름": "표도연", "도시": "솔마을"}', ['person 표도연', 'city 솔마을']],
  ])('are what the field is called: %s', (text, expected) => {
    expect(findSure(text, 'person', 'city', 'country', 'organization')).toEqual(expected);
  });

  it('an address goes as far as the value, and without quotes as far as it looks like one', () => {
    expect(findSure('{"street": "88 Quimby Bend"}', 'address')).toEqual(['address 88 Quimby Bend']);
    expect(findSure('Straße: Am Alten Anger 4a', 'address')).toEqual(['address Am Alten Anger 4a']);
    expect(findSure('Address: 12 Quimby Bend, and the bell is broken', 'address')).toEqual(['address 12 Quimby Bend']);
    expect(findAll('{"address": "0x52908400098527886E0F7030069857D2E4169EE7"}', 'address')).toEqual([]);
    expect(findAll('{"address": "http://203.0.113.7:80/A 1"}', 'address')).toEqual([]);
  });

  it.each([
    '{"name": "express", "version": "5.2.1"}',
    '{"name": "Express", "main": "index.js"}',
    'file_name: Quarterly Figures',
    'The file name: Quarterly Figures',
    'interface Props { name: String; city: string; owner: Node }',
    '{"customer": "{{ customer.name }}", "city": "$CITY"}',
    '{"owner": "Platform"}',
    '{"name": "Getting Started"}',
    'surname: String\nphone: String',
    '{"family": "Inter", "weight": 400}',
  ])('are nobody in %s', (text) => {
    expect(detect(text, { leastScore: 0 }).filter(isMaskedByDefault)).toEqual([]);
  });

  it('what is only called a name is masked where its record is about a person', () => {
    const masked = (text: string): number => detect(text).filter(isMaskedByDefault).length;
    expect(masked('{"name": "Ottilia Quarmby", "dob": "x"}')).toBe(1);
    expect(masked('{"name": "Zorvex Halcyon", "version": "2"}')).toBe(0);
  });
});

it('postal codes are what their field is called where its record is about a person', () => {
  expect(findSure('{"cp":"20007","nombre":"x","telefono":"y"}', 'postal_code')).toEqual(['postal_code 20007']);
  expect(findSure('{"cap":"20007","size":3}', 'postal_code')).toEqual([]);
});

describe('cells of tables', () => {
  const table = (text: string): string[] => findSure(text, 'person', 'city', 'phone', 'postal_code', 'date_of_birth');

  it('are what their column is called', () => {
    expect(table('id,name,city,phone\n7,Ottilia Quarmby,Brindlewick,5550147\n8,"Quill, Lorcan",Ely,5550148\n')).toEqual(
      [
        'person Ottilia Quarmby',
        'city Brindlewick',
        'phone 5550147',
        'person Quill, Lorcan',
        'city Ely',
        'phone 5550148',
      ],
    );
    expect(table('| Kunde | PLZ | geboren |\n|---|---|---|\n| Kunibert Wackernagel | 1070 | 3.4.1961 |\n')).toEqual([
      'person Kunibert Wackernagel',
      'postal_code 1070',
      'date_of_birth 3.4.1961',
    ]);
    expect(table('姓名,城市\n骆冰冰,清溪\n')).toEqual(['person 骆冰冰', 'city 清溪']);
  });

  it('end a number before the next one, unless both are an amount', () => {
    expect(findSure('dni,tel\nx,12345678Z,611 22 33 44\n', 'es_nif')).toEqual(['es_nif 12345678Z']);
  });

  it('end with the table, and without a header there is none', () => {
    expect(table('name,city\nOttilia Quarmby,Ely\n\nzorvex dynamics,ely\n')).toEqual([
      'person Ottilia Quarmby',
      'city Ely',
    ]);
    expect(findSure('quantity,price\n骆冰冰,清溪\n', 'person', 'city')).toEqual([]);
  });

  it('cost no more than their length, however many lines look like a header', () => {
    const text = 'name,city,phone\n'.repeat(4_000);
    expect(detect(text).length).toBe(0);
    expect(detect(`${'name,city;'.repeat(6_000)}\nOttilia Quarmby,Ely`).length).toBeLessThan(3);
  });
});
