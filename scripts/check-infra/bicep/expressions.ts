import { Cursor } from './cursor.ts';
import type { Decorator, Entry, Expression } from './syntax.ts';
import type { Token } from './tokens.ts';

/** Binary operators, the loosest first. */
const PRECEDENCE: readonly (readonly string[])[] = [
  ['??'],
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];

export function expression(cursor: Cursor): Expression {
  const condition = binary(cursor, 0);
  if (!cursor.takeAcrossLines('?')) return condition;
  cursor.skipLines();
  const yes = expression(cursor);
  cursor.skipLines();
  cursor.expect(':');
  cursor.skipLines();
  return { kind: 'ternary', condition, yes, no: expression(cursor) };
}

function binary(cursor: Cursor, level: number): Expression {
  const operators = PRECEDENCE[level];
  if (!operators) return unary(cursor);
  let left = binary(cursor, level + 1);
  for (let operator; (operator = operators.find((symbol) => cursor.take(symbol)));) {
    left = { kind: 'binary', operator, left, right: binary(cursor, level + 1) };
  }
  return left;
}

function unary(cursor: Cursor): Expression {
  return cursor.take('!') ? { kind: 'not', operand: unary(cursor) } : postfix(cursor);
}

function postfix(cursor: Cursor): Expression {
  let of = primary(cursor);
  for (;;) {
    const { line } = cursor;
    if (cursor.take('.?')) of = { kind: 'member', of, name: cursor.name(), safe: true, line };
    else if (cursor.take('.')) of = { kind: 'member', of, name: cursor.name(), safe: false, line };
    else if (cursor.take('[')) of = { kind: 'index', of, index: closed(cursor, ']') };
    else return of;
  }
}

function closed(cursor: Cursor, end: string): Expression {
  const inner = expression(cursor);
  cursor.expect(end);
  return inner;
}

function primary(cursor: Cursor): Expression {
  const { next } = cursor;
  if (next.type === 'string') return string(cursor, next);
  if (next.type === 'number') return { kind: 'literal', value: Number(cursor.advance().text) };
  if (next.type === 'name') return named(cursor);
  if (cursor.take('(')) return closed(cursor, ')');
  if (cursor.is('[')) return array(cursor);
  if (cursor.is('{')) return object(cursor);
  throw cursor.unexpected('an expression');
}

function string(cursor: Cursor, token: Extract<Token, { type: 'string' }>): Expression {
  cursor.advance();
  const parts = token.parts.map((part) => {
    if (typeof part === 'string') return part;
    const inner = new Cursor(part, cursor.path);
    const value = expression(inner);
    if (inner.next.type !== 'end') throw inner.unexpected('the end of the interpolation');
    return value;
  });
  const texts = parts.filter((part) => typeof part === 'string');
  return texts.length === parts.length
    ? { kind: 'literal', value: texts.join('') }
    : { kind: 'template', parts };
}

const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

function named(cursor: Cursor): Expression {
  const { line } = cursor;
  const name = cursor.name();
  const word = WORDS[name];
  if (word !== undefined) return { kind: 'literal', value: word };
  if (cursor.take('=>')) return { kind: 'lambda', parameters: [name], body: expression(cursor) };
  if (cursor.take('(')) return { kind: 'call', name, args: argumentsOf(cursor), line };
  return { kind: 'name', name, line };
}

/** After the `@`. It stands on a line of its own. */
export function decorator(cursor: Cursor): Decorator {
  const name = cursor.name();
  cursor.expect('(');
  const args = argumentsOf(cursor);
  cursor.expect('\n');
  cursor.skipLines();
  return { name, args };
}

/** Up to the closing parenthesis. Lines may end anywhere between arguments. */
function argumentsOf(cursor: Cursor): Expression[] {
  const args: Expression[] = [];
  cursor.skipLines();
  while (!cursor.take(')')) {
    args.push(expression(cursor));
    cursor.skipLines();
    if (!cursor.is(')')) cursor.expect(',');
    cursor.skipLines();
  }
  return args;
}

function array(cursor: Cursor): Expression {
  cursor.expect('[');
  const loop = forLoop(cursor);
  return loop ?? { kind: 'array', items: separated(cursor, ']', () => expression(cursor)) };
}

/** `for` may stand on its own line behind the bracket, which then closes on its own line as well. */
function forLoop(cursor: Cursor): Expression | undefined {
  if (!cursor.takeAcrossLines('for')) return undefined;
  const paired = cursor.take('(');
  const item = cursor.name();
  const index = paired ? pairedIndex(cursor) : undefined;
  cursor.expect('in');
  const list = expression(cursor);
  cursor.expect(':');
  const body = conditional(cursor);
  cursor.skipLines();
  cursor.expect(']');
  return { kind: 'for', item, ...(index === undefined ? {} : { index }), list, body };
}

function pairedIndex(cursor: Cursor): string {
  cursor.expect(',');
  const index = cursor.name();
  cursor.expect(')');
  return index;
}

/** The body of a resource or module, or of a loop. */
export function conditional(cursor: Cursor): Expression {
  if (!cursor.take('if')) return expression(cursor);
  cursor.expect('(');
  return { kind: 'if', condition: closed(cursor, ')'), body: expression(cursor) };
}

function object(cursor: Cursor): Expression {
  const { line } = cursor;
  cursor.expect('{');
  return { kind: 'object', entries: separated(cursor, '}', () => entry(cursor)), line };
}

function entry(cursor: Cursor): Entry {
  const { line, next } = cursor;
  const key: Expression =
    next.type === 'string' ? string(cursor, next) : { kind: 'literal', value: cursor.name() };
  cursor.expect(':');
  return { key, value: expression(cursor), line };
}

/** Items that commas or line ends part, up to the closing bracket. */
export function separated<Item>(cursor: Cursor, end: string, item: () => Item): Item[] {
  const items: Item[] = [];
  cursor.skipLines();
  while (!cursor.take(end)) {
    items.push(item());
    if (!cursor.is(end) && !cursor.is('\n') && !cursor.take(',')) {
      throw cursor.unexpected(`a comma, a new line or "${end}"`);
    }
    cursor.skipLines();
  }
  return items;
}
