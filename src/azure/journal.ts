import type { Journal } from '../workflow/ports.ts';

/**
 * Writes one line of JSON per entry.
 *
 * @param print takes a line without its end. The Functions runtime collects what goes to the console,
 *   so the journal needs no invocation to write in.
 */
export function jsonJournal(print: (line: string) => void = console.log): Journal {
  return { write: (line) => print(JSON.stringify(line)) };
}
