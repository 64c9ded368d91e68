/**
 * NCRONTAB schedules as timer triggers write them: `{second} {minute} {hour} {day} {month}
 * {day of week}`, or five fields without seconds. A field is `*`, a value, a range `a-b`, any of these
 * with a step (`a-b/n`; `a/n` goes from a to the field's end), or several between commas. Months and days
 * of the week may be names. A moment must match every field, also when both days are given, which is
 * where NCRONTAB differs from cron. Schedules are in UTC.
 */
interface Field {
  name: string;
  least: number;
  most: number;
  names: readonly string[];
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAYS = 'sun mon tue wed thu fri sat'.split(' ');

const FIELDS: readonly Field[] = [
  { name: 'second', least: 0, most: 59, names: [] },
  { name: 'minute', least: 0, most: 59, names: [] },
  { name: 'hour', least: 0, most: 23, names: [] },
  { name: 'day', least: 1, most: 31, names: [] },
  { name: 'month', least: 1, most: 12, names: MONTHS },
  { name: 'day of week', least: 0, most: 6, names: DAYS },
];

/** A day and a month may meet a day of the week once in 28 years, and less often around 2100. */
const YEARS_TO_SEARCH = 41;

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

export class Ncrontab {
  readonly #seconds: readonly number[];
  readonly #minutes: readonly number[];
  readonly #hours: readonly number[];
  readonly #days: readonly number[];
  readonly #months: readonly number[];
  readonly #daysOfWeek: readonly number[];

  /** @throws when the expression cannot be read or names no moment at all (30 February). */
  constructor(expression: string) {
    const written = expression.trim().split(/\s+/);
    const fields = written.length === 5 ? ['0', ...written] : written;
    if (fields.length !== 6) {
      throw new Error(
        `The schedule "${expression}" has ${written.length} fields; NCRONTAB has six ({second} {minute} {hour} {day} {month} {day of week}) or five without seconds.`,
      );
    }
    const values = FIELDS.map((field, index) => parseField(fields[index] ?? '', field));
    [
      this.#seconds = [],
      this.#minutes = [],
      this.#hours = [],
      this.#days = [],
      this.#months = [],
      this.#daysOfWeek = [],
    ] = values;
    if (this.#firstDay(Date.UTC(2000, 0, 1)) === undefined) {
      throw new Error(`The schedule "${expression}" names no moment that ever comes.`);
    }
  }

  /**
   * The first moment of the schedule after the one given.
   * @param after milliseconds since the epoch.
   * @returns milliseconds since the epoch, a whole second.
   */
  next(after: number): number {
    const from = (Math.floor(after / SECOND) + 1) * SECOND;
    const today = Math.floor(from / DAY) * DAY;
    const later = this.#matchesDay(today) ? this.#timeOfDay(from - today) : undefined;
    if (later !== undefined) return today + later;
    const day = this.#firstDay(today + DAY);
    if (day === undefined) throw new Error('The schedule names no moment within 41 years.');
    return day + (this.#timeOfDay(0) ?? 0);
  }

  #matchesDay(day: number): boolean {
    const date = new Date(day);
    return (
      this.#months.includes(date.getUTCMonth() + 1) &&
      this.#days.includes(date.getUTCDate()) &&
      this.#daysOfWeek.includes(date.getUTCDay())
    );
  }

  #firstDay(from: number): number | undefined {
    for (let day = from; day < from + YEARS_TO_SEARCH * 366 * DAY; day += DAY) {
      if (this.#matchesDay(day)) return day;
    }
    return undefined;
  }

  /** The first time of day at or after the one given, in milliseconds. */
  #timeOfDay(least: number): number | undefined {
    for (const hour of this.#hours) {
      for (const minute of this.#minutes) {
        for (const second of this.#seconds) {
          const time = ((hour * 60 + minute) * 60 + second) * SECOND;
          if (time >= least) return time;
        }
      }
    }
    return undefined;
  }
}

/** The values that a field allows, in order. */
function parseField(text: string, field: Field): number[] {
  const values = text.split(',').flatMap((part) => parsePart(part, text, field));
  return [...new Set(values)].sort((one, other) => one - other);
}

function parsePart(part: string, text: string, field: Field): number[] {
  const match = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/i.exec(part);
  const [, first = '', last, every] = match ?? [];
  const wrong = (): Error =>
    new Error(
      `The field "${text}" for the ${field.name} of a schedule cannot be read: use *, a value from ${field.least} to ${field.most}, a range a-b, or a step like */5.`,
    );
  if (!match || (first === '*' && last !== undefined)) throw wrong();
  const step = every === undefined ? 1 : Number(every);
  const start = first === '*' ? field.least : valueOf(first, field);
  const openEnd = first === '*' || every !== undefined ? field.most : start;
  const end = last === undefined ? openEnd : valueOf(last, field);
  if (start === undefined || end === undefined || start > end || step === 0) throw wrong();
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, n) => start + n * step);
}

/** A number or a name; nothing when it is not one of the field's. */
function valueOf(text: string, field: Field): number | undefined {
  const named = text.length < 3 ? -1 : field.names.indexOf(text.toLowerCase().slice(0, 3));
  const value = named >= 0 ? named + field.least : Number(text);
  return Number.isInteger(value) && value >= field.least && value <= field.most ? value : undefined;
}
