import { BicepError } from './error.ts';
import type { Token } from './tokens.ts';

/** Walks over tokens; what it does not find, it says with the line. */
export class Cursor {
  readonly path: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[], path: string) {
    this.#tokens = tokens;
    this.path = path;
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', text: 'end of file', line: 0 };
  }

  get line(): number {
    return this.next.line;
  }

  /** Whether the next token is this symbol, keyword or line end. */
  is(text: string): boolean {
    return this.next.type !== 'string' && this.next.text === text;
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(text === '\n' ? 'a new line' : `"${text}"`);
  }

  advance(): Token {
    const token = this.next;
    this.#at += 1;
    return token;
  }

  name(): string {
    if (this.next.type !== 'name') throw this.unexpected('a name');
    return this.advance().text;
  }

  /** A string without interpolation. */
  text(): string {
    const { next } = this;
    const [part = '', ...more] = next.type === 'string' ? next.parts : [[]];
    if (typeof part !== 'string' || more.length > 0) throw this.unexpected('a plain string');
    this.advance();
    return part;
  }

  skipLines(): void {
    while (this.take('\n'));
  }

  /** Whether `text` comes next, perhaps after line ends, which are skipped only if it does. */
  takeAcrossLines(text: string): boolean {
    const start = this.#at;
    this.skipLines();
    if (this.take(text)) return true;
    this.#at = start;
    return false;
  }

  unexpected(allowed: string): BicepError {
    const found = this.is('\n') ? 'the end of the line' : this.next.text;
    return this.error(`found ${found}; expected ${allowed}`);
  }

  error(message: string): BicepError {
    return new BicepError(this.path, this.line, message);
  }
}
