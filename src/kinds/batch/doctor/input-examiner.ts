import { LineSplitter, type Line } from '../rows/line-splitter.ts';
import { RowDeployment } from '../rows/row-deployment.ts';
import { PartPlanner } from '../split/part-planner.ts';
import { FaultList, type Finding } from './fault-list.ts';
import type { InputExamination, InputRules } from './input-report.ts';
import { LineExaminer } from './line-examiner.ts';
import { RowExaminer } from './row-examiner.ts';
import { sizeFinding } from './size-check.ts';

const EMPTY_FILE: Finding = {
  code: 'empty_file',
  problem: 'The file has no rows.',
  advice: 'Write at least one row.',
};

/** Is given the input piece by piece, and says in the end what it is worth. */
export class InputExaminer {
  readonly #rules: InputRules;
  readonly #faults = new FaultList();
  readonly #lines: LineExaminer;
  readonly #rows: RowExaminer;
  readonly #planner: PartPlanner;
  readonly #deployment: RowDeployment | undefined;
  readonly #splitter: LineSplitter;
  #lineCount = 0;
  #bytes = 0;

  constructor(rules: InputRules) {
    this.#rules = rules;
    this.#lines = new LineExaminer(this.#faults, rules.limits.bytesPerRow);
    this.#rows = new RowExaminer(rules, this.#faults);
    this.#planner = new PartPlanner(rules.limits);
    this.#deployment = rules.fillDeployment ? new RowDeployment(rules.deployment) : undefined;
    this.#splitter = new LineSplitter(rules.limits.bytesPerRow, (line) => this.#examine(line));
  }

  push(chunk: Uint8Array): void {
    this.#splitter.push(chunk);
    this.#bytes += chunk.length;
  }

  end(): InputExamination {
    this.#splitter.end();
    const { parts } = this.#planner;
    const [first] = parts;
    if (!first && this.#faults.count === 0) {
      this.#faults.addFault({ line: 1, column: 1, ...EMPTY_FILE });
    }
    const url = this.#rows.url;
    if (this.#faults.count > 0 || url === undefined) return this.#unfit();
    return {
      verdict: 'fit',
      rows: sumOf(parts.map(({ rows }) => rows)),
      bytes: sumOf(parts.map(({ bytes }) => bytes)),
      tokens: sumOf(parts.map(({ tokens }) => tokens)),
      url,
      parts,
      warnings: [...this.#rows.warnings, ...this.#emptyLineWarnings()],
    };
  }

  #examine(line: Line): void {
    this.#lineCount = line.number;
    const outline = this.#lines.outlineOf(line);
    if (!outline) return;
    this.#rows.examine({ line, outline });
    const added = this.#deployment?.growth(line.bytes, outline) ?? 0;
    const { limits } = this.#rules;
    const finding = sizeFinding(line, added, limits);
    if (finding) this.#faults.add(line, line.start, finding);
    this.#plan(line, added);
  }

  #plan({ number, from, to }: Line, added: number): void {
    const most = this.#rules.limits.parts;
    const { parts } = this.#planner;
    if (parts.length > most) return;
    this.#planner.add({ line: number, from, to, added });
    if (parts.length <= most) return;
    this.#faults.addFault({
      line: number,
      column: 1,
      code: 'too_many_tasks',
      problem: `The rows from here on are too many: ${most} parts are full.`,
      advice: 'Put them into another file, and hand it in as another job.',
    });
  }

  #unfit(): InputExamination {
    const { faults, count } = this.#faults;
    const report = {
      lines: this.#lineCount,
      bytes: this.#bytes,
      faultCount: count,
      faults,
      furtherFaults: count - faults.length,
    };
    return { verdict: 'unfit', report };
  }

  #emptyLineWarnings(): string[] {
    const lines = this.#lines.trailingEmptyLines;
    return lines === 0 ? [] : ['The empty lines at the end of the file are left out.'];
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
