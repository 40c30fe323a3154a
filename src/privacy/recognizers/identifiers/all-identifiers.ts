import type { Identifier } from '../../identifier.ts';
import { AFRICA } from './africa.ts';
import { ARGENTINA } from './ar.ts';
import { AUSTRIA } from './at.ts';
import { AUSTRALIA } from './au.ts';
import { BALKANS } from './balkans.ts';
import { BELGIUM } from './be.ts';
import { BULGARIA } from './bg.ts';
import { BRAZIL } from './br.ts';
import { CANADA } from './ca.ts';
import { CENTRAL_AMERICA } from './central-america.ts';
import { SWITZERLAND } from './ch.ts';
import { CHINA } from './china.ts';
import { CHILE } from './cl.ts';
import { CZECH_REPUBLIC } from './czech-republic.ts';
import { GERMANY } from './de.ts';
import { GERMAN_ORGANISATIONS } from './de-organisations.ts';
import { DENMARK } from './dk.ts';
import { EAST_ASIA } from './east-asia.ts';
import { ESTONIA_LITHUANIA } from './ee-lt.ts';
import { SPAIN } from './es.ts';
import { FINLAND } from './fi.ts';
import { FRANCE } from './fr.ts';
import { UNITED_KINGDOM } from './gb.ts';
import { GREECE } from './gr.ts';
import { GULF } from './gulf.ts';
import { HUNGARY } from './hu.ts';
import { INDONESIA } from './id.ts';
import { IRELAND } from './ie.ts';
import { INDIA } from './in.ts';
import { ITALY } from './it.ts';
import { KOREA } from './kr.ts';
import { LATVIA } from './lv.ts';
import { MEXICO } from './mx.ts';
import { MALAYSIA } from './my.ts';
import { NETHERLANDS } from './nl.ts';
import { NORDIC } from './nordic.ts';
import { OCEANIA } from './oceania.ts';
import { POLAND } from './pl.ts';
import { PORTUGAL } from './pt.ts';
import { ROMANIA } from './ro.ts';
import { RUSSIA_UKRAINE } from './russia-ukraine.ts';
import { SINGAPORE } from './sg.ts';
import { SOUTH_AMERICA } from './south-america.ts';
import { SOUTH_ASIA } from './south-asia.ts';
import { THAILAND } from './th.ts';
import { TURKEY } from './tr.ts';
import { UNITED_STATES } from './us.ts';

/** Every number that somebody issues; a country is a file and a line here. */
export const IDENTIFIERS: readonly Identifier[] = [
  ...AFRICA,
  ...ARGENTINA,
  ...AUSTRIA,
  ...AUSTRALIA,
  ...BALKANS,
  ...BELGIUM,
  ...BULGARIA,
  ...BRAZIL,
  ...CANADA,
  ...CENTRAL_AMERICA,
  ...SWITZERLAND,
  ...CHINA,
  ...CHILE,
  ...CZECH_REPUBLIC,
  ...GERMANY,
  ...GERMAN_ORGANISATIONS,
  ...DENMARK,
  ...EAST_ASIA,
  ...ESTONIA_LITHUANIA,
  ...SPAIN,
  ...FINLAND,
  ...FRANCE,
  ...UNITED_KINGDOM,
  ...GREECE,
  ...GULF,
  ...HUNGARY,
  ...INDONESIA,
  ...IRELAND,
  ...INDIA,
  ...ITALY,
  ...KOREA,
  ...LATVIA,
  ...MEXICO,
  ...MALAYSIA,
  ...NETHERLANDS,
  ...NORDIC,
  ...OCEANIA,
  ...POLAND,
  ...PORTUGAL,
  ...ROMANIA,
  ...RUSSIA_UKRAINE,
  ...SINGAPORE,
  ...SOUTH_AMERICA,
  ...SOUTH_ASIA,
  ...THAILAND,
  ...TURKEY,
  ...UNITED_STATES,
];
