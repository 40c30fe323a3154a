// Written by `node scripts/generate-facts.ts` from data/facts/; edit those files.
import type { CountryGroup } from '../../contracts/policy.ts';

/** Countries that law treats alike; see the source of each. */
export const COUNTRY_GROUPS: readonly (CountryGroup & { certainty: string })[] = [
  {
    name: 'eu_adequate',
    effect: 'allows',
    countries: ['ad', 'ar', 'br', 'ca', 'ch', 'fo', 'gb', 'gg', 'il', 'im', 'je', 'jp', 'kr', 'nz', 'uy'],
    until: { gb: '2031-12-27' },
    source:
      'European Commission, adequacy decisions under GDPR Art. 45; Brazil by Decision (EU) 2026/179. Canada: commercial organisations only, Japan: private sector, Brazil: not yet taken over by NO, IS and LI. The US counts by transfer_mechanism, since only certified organisations are covered',
    date: '2026-11-22',
    validUntil: '2027-11-22',
    certainty: 'B',
  },
  {
    name: 'uk_adequate',
    effect: 'allows',
    countries: ['ad', 'ar', 'ca', 'ch', 'fo', 'gb', 'gg', 'gi', 'il', 'im', 'je', 'jp', 'kr', 'nz', 'uy'],
    until: {},
    source:
      'UK adequacy regulations: the EU decisions in force at the end of 2020, Gibraltar and South Korea; read before relying on it',
    date: '2026-11-22',
    validUntil: '2027-11-22',
    certainty: 'C',
  },
  {
    name: 'us_country_of_concern',
    effect: 'forbids',
    countries: ['cn', 'cu', 'hk', 'ir', 'kp', 'mo', 'ru', 've'],
    until: {},
    source: '28 CFR 202, countries of concern; China with Hong Kong and Macau',
    date: '2026-11-22',
    validUntil: '2027-11-22',
    certainty: 'B',
  },
  {
    name: 'ndaa_covered',
    effect: 'forbids',
    countries: ['cn', 'hk', 'ir', 'kp', 'mo', 'ru'],
    until: {},
    source:
      'US National Defense Authorization Act for fiscal year 2026, s. 1532; Hong Kong and Macau counted with China',
    date: '2026-11-22',
    validUntil: '2027-11-22',
    certainty: 'B',
  },
];
