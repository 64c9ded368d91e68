import { estimatedTokens, type InputLimits } from '../rows/limits.ts';
import type { PartPlan } from './part-plan.ts';

/** A row as it counts in a part. */
export interface PlannedRow {
  line: number;
  /** Where it begins in the input, and where the next one does. */
  from: number;
  to: number;
  /** Bytes that filling in the deployment's name adds, or takes away. */
  added: number;
}

/** Puts rows into parts in their order, each as full as the limits allow. */
export class PartPlanner {
  readonly #limits: InputLimits;
  readonly parts: PartPlan[] = [];

  constructor(limits: InputLimits) {
    this.#limits = limits;
  }

  add({ line, from, to, added }: PlannedRow): void {
    const bytes = to - from + added;
    const tokens = estimatedTokens(bytes);
    const part = this.#partFor(bytes, tokens, line, from);
    part.end = to;
    part.rows += 1;
    part.bytes += bytes;
    part.tokens += tokens;
  }

  #partFor(bytes: number, tokens: number, firstLine: number, start: number): PartPlan {
    const last = this.parts.at(-1);
    if (last && this.#hasRoom(last, bytes, tokens)) return last;
    const part = { start, end: start, firstLine, rows: 0, bytes: 0, tokens: 0 };
    this.parts.push(part);
    return part;
  }

  #hasRoom(part: PartPlan, bytes: number, tokens: number): boolean {
    const { rowsPerPart, bytesPerPart, tokensPerPart = Infinity } = this.#limits;
    return (
      part.rows < rowsPerPart &&
      part.bytes + bytes <= bytesPerPart &&
      part.tokens + tokens <= tokensPerPart
    );
  }
}
