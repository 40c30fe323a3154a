// Values for sentence templates that our lists do not hold: invented names, places and companies, numbers with valid
// check digits, formats as people write them. Drawn by seed, so that a figure can be repeated.

import { createSeededRandom } from '../../src/lib/seeded-random.ts';
import { luhn, mod97 } from '../../src/privacy/checksums.ts';

export type Draw = () => string;

const FIRST =
  'Aurelinde|Brigantho|Calixtus|Dagoberta|Eldric|Faustina|Gwendal|Hesperia|Isembard|Jorunn|Kasimira|Lorcan|Melisande|Njord|Ottoline|Peregrin|Quillon|Rosamunde|Sverre|Thessaly|Ulrika|Vespera|Wendelin|Xanthe|Yorick|Zephyrine|Anneke|Bohumil|Cosima|Dragan'.split(
    '|',
  );
const LAST =
  'Abernethy-Voss|Brackenridge|Castellane|Dunwoody|Eversleigh|Fothergill|Grimbly|Hollingberry|Inchbald|Jellicoe|Kowalczyk|Lindqvist|Macalister|Netherby|Oxenstierna|Pemberley|Quarmby|Rautavaara|Siddal|Trevanion|Umfreville|Vandermolen|Wetherell|Yaxley|Zielinska|Okonkwo|Haverkamp|Bjornstad|Castiglione|McTavish'.split(
    '|',
  );
const CITY =
  'Abbotsmere|Brindlewick|Coldharbour|Dunmarrow|Eastervale|Fallowfield|Grimsthorpe|Harrowgate|Ilverton|Juniper Falls|Kettleburn|Lower Ashby|Marlowe Springs|New Tarrington|Oakhurst|Pinewater|Quarrendon|Rookhaven|Saint Orlan|Thistledown|Upper Wexley|Vintersborg|West Carrow|Yarrowby|Zelhem'.split(
    '|',
  );
const COMPANY =
  'Zorvex|Bluepeak Dynamics|Halcyon Freight|Quantaflux|Meridian Loom|Northgate Foundry|Ospreyline|Palatine Robotics|Redfern & Vale|Silverbirch|Tessellate|Umbra Optics|Verdant Row|Wolfram Quay|Xylotech|Yellowtail Logistics|Zenithra'.split(
    '|',
  );
const STREET =
  'Bramblewood|Candlemaker|Dovetail|Elderflower|Foxglove|Gatehouse|Hawthornden|Ironbridge|Kestrel|Larkspur|Mistletoe|Nightingale|Osprey|Partridge|Quillfeather|Rosehip|Sandpiper|Tanglewood|Willowherb|Yewtree'.split(
    '|',
  );
const STREET_KIND = 'Street|Avenue|Road|Lane|Drive|Court|Way|Crescent|Boulevard|Terrace|Place|Close'.split('|');
const COUNTRY =
  'Portugal|Kenya|Norway|Chile|Vietnam|New Zealand|Jordan|Sri Lanka|Belgium|Peru|Senegal|United Kingdom|Slovakia|Fiji'.split(
    '|',
  );
const NATIONALITY = 'Portuguese|Kenyan|Norwegian|Chilean|Vietnamese|Belgian|Peruvian|Senegalese|Slovak|Icelandic'.split(
  '|',
);
const JOB = 'Marine biologist|Quantity surveyor|Stage manager|Civil engineer|Music therapist|Tree surgeon'.split('|');
const DAY = 'Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday'.split('|');
const HOST = 'zorvexlabs|brindlewick-times|quantaflux|rookhaven|halcyonfreight|verdantrow'.split('|');

/** Digits of a card or other number with Luhn's check digit. */
function withLuhn(body: string): string {
  for (let check = 0; ; check += 1) if (luhn(`${body}${check}`)) return `${body}${check}`;
}

interface Chance {
  below(limit: number): number;
  pick(list: readonly string[]): string;
  digits(count: number): string;
  two(from: number, to: number): string;
}

function createChance(seed: number): Chance {
  const random = createSeededRandom(seed);
  const below = (limit: number): number => random.integer(limit);
  return {
    below,
    pick: (list) => list[below(list.length)] as string,
    digits: (count) => Array.from({ length: count }, () => below(10)).join(''),
    two: (from, to) => String(from + below(to - from + 1)).padStart(2, '0'),
  };
}

/** Numbers as people write them. */
function createNumbers({ below, pick, digits, two }: Chance): Record<'iban' | 'phone' | 'card' | 'ssn' | 'date', Draw> {
  const date = (): string =>
    pick([
      `${two(1, 12)}/${two(1, 28)}/19${two(40, 99)}`,
      `19${two(40, 99)}-${two(1, 12)}-${two(1, 28)}`,
      `${two(1, 28)} March 19${two(40, 99)}`,
    ]);
  const iban = (): string => {
    const [country, length] = pick(['DE 18', 'FR 23', 'NL 14', 'GB 18', 'ES 20']).split(' ') as [string, string];
    const bban =
      (country === 'NL' || country === 'GB' ? 'ABNA' : '') +
      digits(Number(length) - (country === 'NL' || country === 'GB' ? 4 : 0));
    const check = String(98 - mod97(`${bban}${country}00`)).padStart(2, '0');
    const whole = `${country}${check}${bban}`;
    return pick([whole, whole.replace(/(.{4})(?=.)/g, '$1 ')]);
  };
  const phone = (): string =>
    pick([
      `(${digits(3)}) ${digits(3)}-${digits(4)}`,
      `${digits(3)}-${digits(3)}-${digits(4)}`,
      `+44 20 7946 0${digits(3)}`,
      `0${1 + below(9)}${digits(2)} ${digits(3)} ${digits(4)}`,
      `${1 + below(9)}${digits(9)}`,
      `001-${digits(3)}-${digits(3)}-${digits(4)}x${digits(3)}`,
      `+49 (0)${2 + below(7)}${digits(3)} ${digits(6)}`,
      `${digits(3)}.${digits(3)}.${digits(4)}`,
    ]);
  const card = (): string => {
    const whole = withLuhn(
      pick([`4${digits(14)}`, `5${1 + below(5)}${digits(13)}`, `37${digits(12)}`, `6011${digits(11)}`]),
    );
    return pick([whole, whole.length === 16 ? whole.replace(/(.{4})(?=.)/g, '$1 ') : whole]);
  };
  const ssn = (): string => `${1 + below(5)}${two(10, 99)}-${two(1, 99)}-${1 + below(8)}${digits(3)}`;
  return { iban, phone, card, ssn, date };
}

/** One generator per slot of the templates. */
export function createValues(seed: number): Readonly<Record<string, Draw>> {
  const chance = createChance(seed);
  const { below, pick, digits, two } = chance;
  const { iban, phone, card, ssn, date } = createNumbers(chance);
  const person = (): string =>
    pick([
      `${pick(FIRST)} ${pick(LAST)}`,
      `${pick(FIRST)} ${pick(LAST)}`,
      `${pick(FIRST)} ${pick(['A', 'J', 'M'])}. ${pick(LAST)}`,
    ]);
  const building = (): string => String(1 + below(9_999));
  const streetName = (): string =>
    pick([`${pick(STREET)} ${pick(STREET_KIND)}`, `${pick(LAST)} ${pick(STREET_KIND)}`, pick(STREET)]);
  const unit = (): string => pick([`Apt. ${1 + below(900)}`, `Suite ${1 + below(900)}`]);
  const address = (): string =>
    pick([
      `${building()} ${streetName()}\n ${unit()}\n ${pick(CITY)}\n ${pick(COUNTRY)} ${digits(5)}`,
      `${building()} ${streetName()}, ${pick(CITY)}, ${pick(['OH', 'TX', 'VT'])} ${digits(5)}`,
      `${building()} ${pick(STREET)} ${pick(STREET_KIND)}, ${pick(CITY)}`,
    ]);
  const host = (): string => `${pick(HOST)}.${pick(['com', 'org', 'net', 'io', 'co.uk'])}`;
  return {
    address,
    age: () => String(18 + below(70)),
    building_number: building,
    city: () => pick(CITY),
    country: () => pick(COUNTRY),
    credit_card_number: card,
    date_of_birth: date,
    date_time: () => `${date()}`,
    day_of_week: () => pick(DAY),
    email: () => `${pick(FIRST).toLowerCase()}.${pick(LAST).toLowerCase()}@${host()}`,
    first_name: () => pick(FIRST),
    first_name_female: () => pick(FIRST),
    first_name_male: () => pick(FIRST),
    iban,
    ip_address: () => `${11 + below(180)}.${below(256)}.${below(256)}.${1 + below(254)}`,
    job: () => pick(JOB),
    last_name: () => pick(LAST),
    last_name_female: () => pick(LAST),
    name: person,
    name_female: person,
    name_male: person,
    nation_woman: () => pick(NATIONALITY),
    nationality: () => pick(NATIONALITY),
    organization: () =>
      pick([
        pick(COMPANY),
        `${pick(LAST)} ${pick(['Inc', 'Ltd', 'Group', 'PLC'])}`,
        `${pick(LAST)}, ${pick(LAST)} and ${pick(LAST)}`,
      ]),
    person,
    phone_number: phone,
    postcode: () => digits(5),
    prefix: () => pick(['Mr.', 'Mrs.', 'Dr.']),
    prefix_female: () => pick(['Mrs.', 'Ms.']),
    prefix_male: () => 'Mr.',
    secondary_address: unit,
    ssn,
    street_name: streetName,
    url: () => pick([`https://www.${host()}/`, `http://${host()}/about`]),
    us_driver_license: () =>
      pick([`${pick(['B', 'D', 'S'])}${digits(7)}`, digits(9), `${pick(['B', 'D'])}${digits(12)}`]),
    year: () => `19${two(50, 99)}`,
    zipcode: () => digits(5),
  };
}
