// Whether digits inside an identifier are a date. No clock is read: a recognizer is a function of its text alone.

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** A date of the Gregorian calendar; months count from 1. */
export function isDate(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1)) return false;
  const days = month === 2 && isLeap(year) ? 29 : (DAYS[month - 1] as number);
  return day <= days;
}

/** Two-digit year: valid when it is a date in the 1900s or the 2000s. */
export const isShortDate = (year: number, month: number, day: number): boolean =>
  isDate(1900 + year, month, day) || isDate(2000 + year, month, day);

const twoDigits = (text: string, at: number): number => Number(text.slice(at, at + 2));

/** YYMMDD at an index. */
export const isYearMonthDay = (text: string, at = 0): boolean =>
  isShortDate(twoDigits(text, at), twoDigits(text, at + 2), twoDigits(text, at + 4));

/** DDMMYY at an index. */
export const isDayMonthYear = (text: string, at = 0): boolean =>
  isShortDate(twoDigits(text, at + 4), twoDigits(text, at + 2), twoDigits(text, at));

/** YYYYMMDD at an index, with a year in which somebody alive can have been born. */
export function isFullDate(text: string, at = 0): boolean {
  const year = Number(text.slice(at, at + 4));
  return year >= 1850 && year <= 2100 && isDate(year, twoDigits(text, at + 4), twoDigits(text, at + 6));
}
