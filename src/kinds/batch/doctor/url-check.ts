import { KnownText } from '../rows/json-text.ts';
import type { Span } from '../rows/row-scanner.ts';
import type { Finding } from './fault-list.ts';
import { isText, quotation, textOf, type Row } from './row.ts';

/** The path is one that batches take here, and the same in all rows. */
export class UrlCheck {
  readonly #allowed: readonly string[];
  #first: KnownText | undefined;
  #firstLine = 0;

  constructor(allowed: readonly string[]) {
    this.#allowed = allowed;
  }

  /** What the first good row names. */
  get url(): string | undefined {
    return this.#first?.text;
  }

  find(row: Row, url: Span): Finding | undefined {
    if (!isText(row, url)) return this.#refusal('The url is no text.');
    if (this.#first?.isAt(row.line.bytes, url.start, url.end)) return undefined;
    const text = textOf(row, url);
    if (!this.#allowed.includes(text)) {
      return this.#refusal(`The url is ${quotation(row, url)}, which batches do not take here.`);
    }
    if (this.#first) return this.#mismatch(row, url, this.#first.text);
    this.#first = new KnownText(text);
    this.#firstLine = row.line.number;
    return undefined;
  }

  #refusal(problem: string): Finding {
    const allowed = this.#allowed.map((url) => `"${url}"`).join(', ');
    return { code: 'invalid_request', problem, advice: `Name one of these: ${allowed}.` };
  }

  #mismatch(row: Row, url: Span, first: string): Finding {
    return {
      code: 'url_mismatch',
      problem: `The url is ${quotation(row, url)}, while line ${this.#firstLine} has "${first}".`,
      advice: 'Put rows with different urls into different files.',
    };
  }
}
