import { isUtf8 } from 'node:buffer';
import { firstBadByte } from '../rows/first-bad-byte.ts';
import { explain } from '../rows/json-fault.ts';
import { isBlank, type Line } from '../rows/line-splitter.ts';
import { RowScanner, type RowOutline } from '../rows/row-scanner.ts';
import type { FaultList, Finding } from './fault-list.ts';
import { overlong } from './size-check.ts';

const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

const BYTE_ORDER_MARK_FOUND: Finding = {
  code: 'byte_order_mark',
  problem: 'The file begins with a byte order mark (EF BB BF).',
  advice: 'Save it as "UTF-8", not as "UTF-8 with BOM".',
};

const NO_UTF8: Finding = {
  code: 'invalid_utf8',
  problem: 'The line is not UTF-8 text from here on.',
  advice: 'Save the file as UTF-8, uncompressed; UTF-16, Latin-1 and archives cannot be read.',
};

/** Looks at lines as text and JSON: which of them are rows at all? */
export class LineExaminer {
  readonly #scanner = new RowScanner();
  readonly #faults: FaultList;
  readonly #longest: number;
  /** Empty lines since the last other one: at the end of the file they do no harm. */
  #emptyLines = 0;

  /** @param longest bytes of a line. */
  constructor(faults: FaultList, longest: number) {
    this.#faults = faults;
    this.#longest = longest;
  }

  get trailingEmptyLines(): number {
    return this.#emptyLines;
  }

  /** @returns undefined for a line that is no row; its fault is noted. */
  outlineOf(line: Line): RowOutline | undefined {
    if (isBlank(line)) {
      this.#emptyLines += 1;
      return undefined;
    }
    if (this.#emptyLines > 0) this.#addEmptyLines(line);
    if (line.length > this.#longest) return this.#addOverlong(line);
    const { bytes, end } = line;
    const start = this.#afterByteOrderMark(line);
    if (!isUtf8(bytes.subarray(start, end))) return this.#addUnreadable(line, start);
    return this.#scanner.scan(bytes, start, end) ?? this.#addNoJson(line);
  }

  #addEmptyLines(line: Line): void {
    for (let back = this.#emptyLines; back > 0; back--) {
      this.#faults.addFault({
        line: line.number - back,
        column: 1,
        code: 'invalid_json_line',
        problem: 'The line is empty.',
        advice: 'Remove it: every line is a row.',
      });
    }
    this.#emptyLines = 0;
  }

  #addOverlong({ number, length }: Line): undefined {
    const column = this.#longest + 1;
    this.#faults.addFault({ line: number, column, ...overlong(length, this.#longest) });
  }

  #afterByteOrderMark(line: Line): number {
    const { bytes, start } = line;
    const marked = line.number === 1 && bytes.subarray(start, start + 3).equals(BYTE_ORDER_MARK);
    if (!marked) return start;
    this.#faults.add(line, start, BYTE_ORDER_MARK_FOUND);
    return start + BYTE_ORDER_MARK.length;
  }

  #addUnreadable(line: Line, start: number): undefined {
    this.#faults.add(line, firstBadByte(line.bytes, start, line.end), NO_UTF8);
  }

  #addNoJson(line: Line): undefined {
    const { fault } = this.#scanner;
    if (!fault) return;
    const { problem, advice } = explain(fault, line.bytes, line.end);
    const code = fault.reason === 'duplicate-name' ? 'duplicate_key' : 'invalid_json_line';
    this.#faults.add(line, fault.at, { code, problem, advice });
  }
}
