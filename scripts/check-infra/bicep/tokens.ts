import { BicepError } from './error.ts';

export type Token =
  | { type: 'name' | 'symbol' | 'newline' | 'end'; text: string; line: number }
  | { type: 'number'; text: string; value: number; line: number }
  | { type: 'string'; text: string; parts: StringPart[]; line: number };

/** Text, or the tokens of an interpolation. */
export type StringPart = string | Token[];

const BLANK = /[ \t\r]+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const NAME = /[A-Za-z_]\w*/y;
const NUMBER = /\d+/y;
const SYMBOL = /=>|==|!=|<=|>=|&&|\|\||\?\?|\.\?|[@{}()[\],:.=?+\-*/%<>!|]/y;
const STRING_TEXT = /(?:[^'\\\n$]|\\.|\$(?!\{))+/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Splits Bicep into tokens; line ends are tokens, for they end statements and items.
 * https://github.com/Azure/bicep/blob/main/docs/grammar.md
 *
 * @param path for error messages.
 * @throws BicepError
 */
export function tokensOf(source: string, path: string): Token[] {
  return new Tokenizer(source, path).all();
}

class Tokenizer {
  readonly #source: string;
  readonly #path: string;
  #at = 0;
  #line = 1;

  constructor(source: string, path: string) {
    this.#source = source;
    this.#path = path;
  }

  all(): Token[] {
    const tokens = this.#until(() => this.#at >= this.#source.length);
    return [...tokens, { type: 'newline', text: '\n', line: this.#line }, this.#end()];
  }

  #end(): Token {
    return { type: 'end', text: 'end of file', line: this.#line };
  }

  #until(done: () => boolean): Token[] {
    const tokens: Token[] = [];
    for (this.#match(BLANK); !done(); this.#match(BLANK)) tokens.push(this.#next());
    return tokens;
  }

  #next(): Token {
    const line = this.#line;
    if (this.#take('\n')) return { type: 'newline', text: '\n', line };
    if (this.#take("'")) return this.#string(line);
    const name = this.#match(NAME);
    if (name) return { type: 'name', text: name, line };
    const number = this.#match(NUMBER);
    if (number) return { type: 'number', text: number, value: Number(number), line };
    const symbol = this.#match(SYMBOL);
    if (symbol) return { type: 'symbol', text: symbol, line };
    throw new BicepError(
      this.#path,
      line,
      `found ${JSON.stringify(this.#source[this.#at] ?? 'the end of the file')}, which no Bicep begins with`,
    );
  }

  #string(line: number): Token {
    const start = this.#at;
    const parts: StringPart[] = [];
    while (!this.#take("'")) {
      const text = this.#match(STRING_TEXT);
      if (text) parts.push(text.replaceAll(/\\(.)/g, (_, c: string) => ESCAPES[c] ?? c));
      else if (this.#take('${')) parts.push(this.#interpolation());
      else throw new BicepError(this.#path, line, 'the string has no closing quote');
    }
    return { type: 'string', text: this.#source.slice(start - 1, this.#at), parts, line };
  }

  #interpolation(): Token[] {
    let depth = 0;
    const tokens = this.#until(() => {
      const next = this.#source[this.#at];
      if (next === '{') depth += 1;
      if (next === '}') depth -= 1;
      return depth < 0 || next === undefined;
    });
    this.#take('}');
    return [...tokens, this.#end()];
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#advance(text);
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    let [text = ''] = pattern.exec(this.#source) ?? [];
    this.#advance(text);
    // Comments and blanks may follow one another.
    if (pattern === BLANK && text) text += this.#match(BLANK);
    return text;
  }

  #advance(text: string): void {
    this.#at += text.length;
    this.#line += text.split('\n').length - 1;
  }
}
