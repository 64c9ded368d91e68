import { LonghaulError } from '../jobs/errors.ts';

/**
 * A string property holds at most 64 KiB in UTF-16, an entity 1 MiB
 * (https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model).
 */
const PART = /.{1,30000}/gs;
const LONGEST_RECORD = 450_000;

/** Properties `record0`, `record1`, … that hold `value` as JSON. */
export type RecordParts = Record<`record${number}`, string>;

/**
 * @param title what the record is, for the error.
 * @throws LonghaulError `internal-error` when the record is longer than an entity can hold.
 */
export function toRecordParts(value: unknown, title: string): RecordParts {
  const json = asciiJson(value);
  if (json.length > LONGEST_RECORD) {
    throw new LonghaulError(
      'internal-error',
      `The record of ${title} has ${json.length} characters; the job index holds at most ${LONGEST_RECORD}. Shorten its warnings, usage or waiting events.`,
    );
  }
  const parts = json.match(PART) ?? [];
  return Object.fromEntries(parts.map((part, index) => [`record${index}`, part]));
}

/**
 * JSON in ASCII alone: no pair of surrogates can be torn between two parts, and Azurite cannot tear
 * the bytes of a character where it receives a body in pieces.
 */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The value that {@link toRecordParts} wrote. */
export function fromRecordParts(entity: Readonly<Record<string, unknown>>): unknown {
  let json = '';
  for (let index = 0; `record${index}` in entity; index += 1) {
    json += String(entity[`record${index}`]);
  }
  return JSON.parse(json);
}
