import type { Line } from '../rows/line-splitter.ts';
import type { FaultCode, InputFault } from './input-report.ts';

/** Faults that a report lists; the rest is counted. */
export const LISTED_FAULTS = 1000;

/** What is wrong and how to mend it. */
export interface Finding {
  code: FaultCode;
  problem: string;
  advice: string;
}

export class FaultList {
  readonly faults: InputFault[] = [];
  #count = 0;

  /** Of all faults, also those that are not listed. */
  get count(): number {
    return this.#count;
  }

  /** @param at offset in the bytes of the line. */
  add(line: Line, at: number, { code, ...finding }: Finding, customId?: string): void {
    const column = this.#isFull() ? 0 : columnOf(line, at);
    const named = customId === undefined ? {} : { customId };
    this.addFault({ line: line.number, column, code, ...named, ...finding });
  }

  addFault(fault: InputFault): void {
    if (!this.#isFull()) this.faults.push(fault);
    this.#count += 1;
  }

  #isFull(): boolean {
    return this.faults.length === LISTED_FAULTS;
  }
}

/** From 1, in UTF-16 units, as editors count. */
function columnOf({ bytes, start }: Line, at: number): number {
  return bytes.toString('utf8', start, at).length + 1;
}
