import { isObject } from '../../../jobs/json.ts';
import { LineSplitter, type Line } from '../rows/line-splitter.ts';
import { INPUT_LIMITS } from '../rows/limits.ts';
import { transformLines } from '../rows/transformed-lines.ts';
import { RowSelection } from './row-selection.ts';

/** An entry repeats the id of its row, and has little else. */
const LONGEST_ENTRY = INPUT_LIMITS.bytesPerRow * 2;

/** Reads from `ledger.jsonl` which rows a retry can help: missing ones, and passing failures. */
export async function retryableRows(ledger: AsyncIterable<Uint8Array>): Promise<RowSelection> {
  const selection = new RowSelection();
  const splitter = new LineSplitter(LONGEST_ENTRY, (line) => {
    const row = retryableRow(line);
    if (row !== undefined) selection.add(row);
  });
  for await (const chunk of ledger) splitter.push(chunk);
  splitter.end();
  return selection;
}

/** @returns the line of the input. */
function retryableRow({ bytes, start, end }: Line): number | undefined {
  if (start === end) return undefined;
  const entry: unknown = JSON.parse(bytes.toString('utf8', start, end));
  if (!isObject(entry) || entry['retryable'] !== true) return undefined;
  return typeof entry['line'] === 'number' ? entry['line'] : undefined;
}

/** The selected rows of an input, byte for byte, as an input of their own. */
export function selectRows(
  input: AsyncIterable<Uint8Array>,
  selection: RowSelection,
): AsyncIterable<Uint8Array> {
  return transformLines(input, INPUT_LIMITS.bytesPerRow, (line) =>
    selection.has(line.number) ? [line.bytes.subarray(line.start, line.end), LINE_BREAK] : [],
  );
}

const LINE_BREAK = Buffer.from('\n');
