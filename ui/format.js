// Numbers and times as this computer's person writes them.

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** Milliseconds since 1970 → date and time. */
export const dateTime = (ms) => moment.format(ms);

/** Milliseconds since 1970 → time of day. */
export const time = (ms) => timeOfDay.format(ms);

/** 1234567 → "1.2 MB". */
export function bytes(count) {
  const step = count < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  const unitDisplay = step === 0 ? "long" : "short";
  const options = { style: "unit", unit: UNITS[step], unitDisplay, maximumFractionDigits: step === 0 ? 0 : 1 };
  return new Intl.NumberFormat(undefined, options).format(count / 1000 ** step);
}

/** Milliseconds → "52:07". */
export function clock(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}
