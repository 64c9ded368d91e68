import { isObject } from '../jobs/json.ts';

/** Upstream's JSON is data to be suspicious of: these read what is there and fail on nothing. */
export type JsonObject = Record<string, unknown>;

/** @returns the field's text; undefined when it is missing, empty or not text. */
export function textField(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @returns the field's object; an empty one when it is anything else. */
export function objectField(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isObject(value) ? value : {};
}

/** @returns the objects in the field's list, whatever else is in it. */
export function objectsField(object: JsonObject, name: string): JsonObject[] {
  const value = object[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/**
 * @returns the field's number, also one that is written in digits; undefined when it is anything else.
 *   An object from JSON may have a member `toString` that is no function: `Number` and `String` throw on it.
 */
export function numberField(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  if (typeof value === 'string' && !/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return Number.isFinite(Number(value)) ? Number(value) : undefined;
}
