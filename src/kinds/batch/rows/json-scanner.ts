import { DEEPEST, type JsonFault, type JsonFaultReason } from './json-fault.ts';
import { NameStack } from './name-stack.ts';
import { literalEnd, numberEnd, skipSpace, stringEnd } from './json-tokens.ts';

/** Told of the members of the outer object and of the objects directly in it, inner ones first. */
export type MemberVisitor = (
  depth: number,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
) => void;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Members deeper than this are nobody's concern. */
const VISITED_DEPTH = 2;

const FAILED = -1;

/**
 * Checks that a line is one JSON object (RFC 8259), no deeper than 64 levels and without repeated
 * names, and makes nothing of it: neither text nor objects. `JSON.parse` would not tell the place of
 * a fault nor of repeated names, and needs a hundred times the memory of a row made to hurt.
 *
 * All methods take the offset where something begins and return where it ends, or -1.
 */
export class JsonScanner {
  readonly #visit: MemberVisitor;
  readonly #names = new NameStack();
  #bytes: Buffer = Buffer.alloc(0);
  #fault: JsonFault | undefined;

  constructor(visit: MemberVisitor) {
    this.#visit = visit;
  }

  /** @param end where a line break stands in `bytes`. */
  scan(bytes: Buffer, start: number, end: number): JsonFault | undefined {
    this.#bytes = bytes;
    this.#fault = undefined;
    this.#names.clear();
    const first = skipSpace(bytes, start);
    if (bytes[first] !== OPEN_OBJECT) return { reason: 'not-an-object', at: first };
    const last = this.#object(first, 1);
    if (last === FAILED) return this.#fault;
    const rest = skipSpace(bytes, last);
    return rest === end ? undefined : { reason: 'after-row', at: rest };
  }

  #value(at: number, depth: number): number {
    switch (this.#bytes[at]) {
      case QUOTE:
        return this.#string(at);
      case OPEN_OBJECT:
        return this.#object(at, depth + 1);
      case OPEN_LIST:
        return this.#list(at, depth + 1);
      default:
        return this.#scalar(at);
    }
  }

  #object(open: number, depth: number): number {
    if (depth > DEEPEST) return this.#fail('too-deep', open);
    const base = this.#names.height;
    let at = skipSpace(this.#bytes, open + 1);
    if (this.#bytes[at] === CLOSE_OBJECT) return at + 1;
    for (;;) {
      at = this.#member(at, depth);
      if (at === FAILED) return FAILED;
      if (this.#bytes[at] === CLOSE_OBJECT) break;
      at = this.#afterComma(at, CLOSE_OBJECT);
      if (at === FAILED) return FAILED;
    }
    const repeated = this.#names.pop(this.#bytes, base);
    return repeated === -1 ? at + 1 : this.#fail('duplicate-name', repeated);
  }

  #member(at: number, depth: number): number {
    const bytes = this.#bytes;
    if (bytes[at] !== QUOTE) return this.#fail('name', at);
    const nameEnd = this.#string(at);
    if (nameEnd === FAILED) return FAILED;
    this.#names.push(bytes, at, nameEnd);
    const colon = skipSpace(bytes, nameEnd);
    if (bytes[colon] !== COLON) return this.#fail('colon', colon);
    const valueStart = skipSpace(bytes, colon + 1);
    const valueEnd = this.#value(valueStart, depth);
    if (valueEnd === FAILED) return FAILED;
    if (depth <= VISITED_DEPTH) this.#visit(depth, at, nameEnd, valueStart, valueEnd);
    return skipSpace(bytes, valueEnd);
  }

  #list(open: number, depth: number): number {
    if (depth > DEEPEST) return this.#fail('too-deep', open);
    let at = skipSpace(this.#bytes, open + 1);
    if (this.#bytes[at] === CLOSE_LIST) return at + 1;
    for (;;) {
      at = this.#value(at, depth);
      if (at === FAILED) return FAILED;
      at = skipSpace(this.#bytes, at);
      if (this.#bytes[at] === CLOSE_LIST) return at + 1;
      at = this.#afterComma(at, CLOSE_LIST);
      if (at === FAILED) return FAILED;
    }
  }

  #afterComma(at: number, close: number): number {
    if (this.#bytes[at] !== COMMA) return this.#fail('comma', at);
    const next = skipSpace(this.#bytes, at + 1);
    return this.#bytes[next] === close ? this.#fail('trailing-comma', at) : next;
  }

  #string(at: number): number {
    const end = stringEnd(this.#bytes, at + 1);
    if (end >= 0) return end;
    // Outside of escapes, nothing but a control character or the line's end breaks a string.
    return this.#fail((this.#bytes[~end] ?? 0) < 0x20 ? 'string' : 'escape', ~end);
  }

  #scalar(at: number): number {
    const literal = literalEnd(this.#bytes, at);
    if (literal !== FAILED) return literal;
    const end = numberEnd(this.#bytes, at);
    if (end >= 0) return end;
    return this.#fail(~end === at ? 'value' : 'number', ~end);
  }

  #fail(reason: JsonFaultReason, at: number): number {
    this.#fault = { reason, at };
    return FAILED;
  }
}
