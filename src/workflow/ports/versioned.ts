/** A value with the version (ETag) under which it was read. */
export interface Versioned<T> {
  value: T;
  version: string;
}
