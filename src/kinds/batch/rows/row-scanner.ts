import type { JsonFault } from './json-fault.ts';
import { JsonScanner } from './json-scanner.ts';
import { KnownText } from './json-text.ts';

/** Where something is in the bytes; `end` is not part of it. */
export interface Span {
  start: number;
  end: number;
}

/** Where the values are that a row is known by; what is absent is not in the row. */
export interface RowOutline {
  customId?: Span;
  method?: Span;
  url?: Span;
  body?: Span;
  /** Within the body. */
  model?: Span;
}

const FIELDS = [
  ['customId', new KnownText('custom_id')],
  ['method', new KnownText('method')],
  ['url', new KnownText('url')],
  ['body', new KnownText('body')],
] as const;

const MODEL = new KnownText('model');

/** Finds its way in rows. One scanner serves all rows of a file, one after the other. */
export class RowScanner {
  readonly #json = new JsonScanner((...member) => this.#see(...member));
  #bytes: Buffer = Buffer.alloc(0);
  #outline: RowOutline = {};
  /** A `model` in any object of the row; only the one in the body counts. */
  #model: Span | undefined;

  /**
   * @param end where a line break stands in `bytes`.
   * @returns undefined when the line is no row: {@link RowScanner.fault} tells why.
   */
  scan(bytes: Buffer, start: number, end: number): RowOutline | undefined {
    this.#bytes = bytes;
    this.#outline = {};
    this.#model = undefined;
    this.#fault = this.#json.scan(bytes, start, end);
    return this.#fault ? undefined : this.#outline;
  }

  #fault: JsonFault | undefined;

  /** What was wrong with the last line. */
  get fault(): JsonFault | undefined {
    return this.#fault;
  }

  #see(depth: number, nameStart: number, nameEnd: number, start: number, end: number): void {
    if (depth === 1) this.#seeField(nameStart, nameEnd, { start, end });
    else if (MODEL.isAt(this.#bytes, nameStart, nameEnd)) this.#model = { start, end };
  }

  #seeField(nameStart: number, nameEnd: number, value: Span): void {
    const field = FIELDS.find(([, name]) => name.isAt(this.#bytes, nameStart, nameEnd))?.[0];
    if (field === undefined) return;
    this.#outline[field] = value;
    // Inner members come first: what begins after the body does is in it.
    const model = this.#model;
    if (field === 'body' && model && model.start > value.start) {
      this.#outline.model = model;
    }
  }
}
