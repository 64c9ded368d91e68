import { GrowingColumn } from '../rows/growing-column.ts';
import { IdTable } from '../rows/id-table.ts';
import { hasEscape } from '../rows/json-text.ts';
import type { Span } from '../rows/row-scanner.ts';
import type { Finding } from './fault-list.ts';
import { isText, textOf, type Row } from './row.ts';

const ADVICE =
  'Give every row a custom_id of its own: answers come in any order, and are told apart by it.';

function refusal(problem: string): Finding {
  return { code: 'invalid_request', problem, advice: ADVICE };
}

/** Every row has an id, and no two have the same. */
export class IdCheck {
  readonly #ids = new IdTable();
  readonly #lines = new GrowingColumn();

  find(row: Row, id: Span): Finding | undefined {
    if (!isText(row, id)) return refusal('The custom_id is no text.');
    if (id.end - id.start === 2) return refusal('The custom_id is empty.');
    const key = keyOf(row, id);
    return key === undefined
      ? refusal('The custom_id holds half a surrogate pair, such as "\\ud83d" alone.')
      : this.#repetition(key, row.line.number);
  }

  #repetition(key: string | Uint8Array, line: number): Finding | undefined {
    const known = this.#ids.size;
    const number = this.#ids.add(key);
    if (number === known) {
      this.#lines.set(number, line);
      return undefined;
    }
    const problem = `Line ${this.#lines.get(number)} has the same custom_id.`;
    return { code: 'duplicate_custom_id', problem, advice: ADVICE };
  }
}

/** @returns undefined for what UTF-8 cannot write. */
function keyOf(row: Row, { start, end }: Span): string | Uint8Array | undefined {
  const { bytes } = row.line;
  if (!hasEscape(bytes, start, end)) return bytes.subarray(start + 1, end - 1);
  const text = textOf(row, { start, end });
  return text.isWellFormed() ? text : undefined;
}
