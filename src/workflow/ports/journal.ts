/** One JSON line per transition. */
export interface Journal {
  write(line: Record<string, unknown>): void;
}
