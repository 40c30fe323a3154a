import { luhn } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

export const GULF: readonly Identifier[] = [
  {
    type: 'ae_emirates_id',
    dataClass: 'personal.identifier.national',
    forms: '15|3-4-7-1|3 4 7 1',
    pattern: /^784(?:19|20)\d{10}$/,
    check: luhn,
    strength: 'strong',
    words: 'emirates id|eid|الهوية',
  },
  {
    type: 'sa_national_id',
    dataClass: 'personal.identifier.national',
    forms: '10',
    pattern: /^[12]\d{9}$/,
    check: luhn,
    strength: 'medium',
    words: 'iqama|saudi id|الهوية|رقم الهوية|absher',
  },
  {
    type: 'il_id',
    dataClass: 'personal.identifier.national',
    forms: '9|8-1|7-1|8',
    pattern: /^\d{8,9}$/,
    check: (text) => Number(text) > 0 && luhn(text),
    strength: 'medium',
    words: 'teudat zehut|mispar zehut|israeli id|תעודת זהות|מספר זהות|ת.ז|ת״ז',
    aliases: 'il.idnr',
  },
];
