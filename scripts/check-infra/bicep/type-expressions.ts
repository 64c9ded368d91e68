import type { Cursor } from './cursor.ts';
import { decorator, separated } from './expressions.ts';
import type { Type } from './syntax.ts';

/** A type as a parameter, an output or a `type` declares it. */
export function type(cursor: Cursor): Type {
  cursor.takeAcrossLines('|');
  const first = suffixed(cursor);
  const members = [first];
  while (cursor.takeAcrossLines('|')) members.push(suffixed(cursor));
  return members.length === 1 ? first : { kind: 'union', of: members };
}

function suffixed(cursor: Cursor): Type {
  let of = plain(cursor);
  for (;;) {
    if (cursor.take('[')) {
      cursor.expect(']');
      of = { kind: 'array', of };
    } else if (cursor.take('?')) of = { kind: 'optional', of };
    else return of;
  }
}

function plain(cursor: Cursor): Type {
  const { next, line } = cursor;
  if (next.type === 'string') return { kind: 'literal', value: cursor.text() };
  if (next.type === 'number') return { kind: 'literal', value: Number(cursor.advance().text) };
  if (cursor.take('{')) return object(cursor);
  return { kind: 'named', name: cursor.name(), line };
}

function object(cursor: Cursor): Type {
  const properties = separated(cursor, '}', (): [string, Type] => {
    while (cursor.take('@')) decorator(cursor);
    const name = cursor.name();
    cursor.expect(':');
    return [name, type(cursor)];
  });
  return { kind: 'object', properties: Object.fromEntries(properties) };
}
