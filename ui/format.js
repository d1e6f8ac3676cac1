// Numbers and times as this computer's person writes them, in the language of the window.

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
const DAY = 24 * 60 * 60 * 1000;

/** The day of the calendar on which a moment is, as a number: days differ by one however long a night was. @param {Date} date */
const dayOf = (date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY;

/** A formatter is made once for each language: a long table would feel it. @template T @param {(language: string) => T} make */
function once(make) {
  /** @type {Map<string, T>} */
  const made = new Map();
  return () => {
    const { lang } = document.documentElement;
    if (!made.has(lang)) made.set(lang, make(regional(lang)));
    return /** @type {T} */ (made.get(lang));
  };
}

/** The system's own region where it speaks this language: a person in Austria writes dates as in Austria. @param {string} language */
const regional = (language) => navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;

const moment = once((language) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }));
const elsewhere = once((language) => new Intl.DateTimeFormat(language, { year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" }));
const timeOfDay = once((language) => new Intl.DateTimeFormat(language, { timeStyle: "short" }));
const dayNames = once((language) => new Intl.RelativeTimeFormat(language, { numeric: "auto" }));
const counts = once((language) => new Intl.NumberFormat(language));

/** Milliseconds since 1970 → date and time. @param {number} ms */
export const dateTime = (ms) => moment().format(ms);

/** Milliseconds since 1970 → date, time and zone, for somebody who may be in another one. @param {number} ms */
export const dateTimeElsewhere = (ms) => elsewhere().format(ms);

/** Milliseconds since 1970 → time of day. @param {number} ms */
export const time = (ms) => timeOfDay().format(ms);

/** 10000 → "10,000". @param {number} count */
export const number = (count) => counts().format(count);

/** Milliseconds since 1970 → "today 07:42", "yesterday 23:30", or date and time. @param {number} ms */
export function recently(ms) {
  const days = dayOf(new Date()) - dayOf(new Date(ms));
  if (days > 1 || days < 0) return dateTime(ms);
  // Not minus nothing: that would be another word in some languages.
  return `${dayNames().format(days ? -days : 0, "day")} ${time(ms)}`;
}

/** 1234567 → "1.2 MB". @param {number} count */
export function bytes(count) {
  const step = count < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  /** @type {Intl.NumberFormatOptions} */
  const options = { style: "unit", unit: UNITS[step], unitDisplay: step === 0 ? "long" : "short", maximumFractionDigits: step === 0 ? 0 : 1 };
  return new Intl.NumberFormat(regional(document.documentElement.lang), options).format(count / 1000 ** step);
}

/** Milliseconds → "52:07". @param {number} ms */
export function clock(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}
