// How moments are told to the person: always in the browser's own zone and language.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

const DAY = 86_400_000;
const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
const daysAgo = (moment) => Math.round((midnight(new Date()) - midnight(moment)) / DAY);

/** Unix seconds to a clock time. */
export const timeOf = (seconds) => clock.format(new Date(seconds * 1000));

/** Unix seconds to everything there is to say, for tooltips. */
export const fullMoment = (seconds) => full.format(new Date(seconds * 1000));

/** A key that is the same for two moments of one local day. */
export const dayKey = (seconds) => midnight(new Date(seconds * 1000));

/** The words of a day separator. */
export function dayName(seconds) {
  const moment = new Date(seconds * 1000);
  const ago = daysAgo(moment);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  return longDay.format(moment);
}

/** The short form beside a chat in the list. */
export function listMoment(seconds) {
  const moment = new Date(seconds * 1000);
  const ago = daysAgo(moment);
  if (ago <= 0) return clock.format(moment);
  return ago < 7 ? weekday.format(moment) : day.format(moment);
}

/** Seconds of sound or film as m:ss. */
export function lengthOf(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// Bot API: date_time_format is "r" or letters of w, d/D, t/T in any order ("wDT"); empty leaves the text alone.
/** A date_time entity in the reader's own zone, or null when the text is to stay as written. */
export function entityMoment(seconds, format) {
  if (!format) return null;
  const moment = new Date(seconds * 1000);
  if (format.includes("r")) return relative(moment);
  const options = {};
  if (format.includes("w")) options.weekday = "long";
  if (format.includes("d")) options.dateStyle = "short";
  if (format.includes("D")) options.dateStyle = "long";
  if (format.includes("t")) options.timeStyle = "short";
  if (format.includes("T")) options.timeStyle = "medium";
  return spelled(moment, options);
}

function spelled(moment, { weekday: named, ...styles }) {
  // Intl refuses a weekday beside a style, so the weekday is put in front by itself.
  const name = named ? new Intl.DateTimeFormat(undefined, { weekday: named }).format(moment) : "";
  const rest = Object.keys(styles).length ? new Intl.DateTimeFormat(undefined, styles).format(moment) : "";
  return [name, rest].filter(Boolean).join(", ");
}

function relative(moment) {
  const steps = [["day", DAY], ["hour", 3_600_000], ["minute", 60_000], ["second", 1000]];
  const distance = moment.getTime() - Date.now();
  const [unit, size] = steps.find(([, length]) => Math.abs(distance) >= length) || steps[3];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(distance / size), unit);
}
