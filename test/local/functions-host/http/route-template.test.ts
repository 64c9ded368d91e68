import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RouteTemplate } from '../../../../src/local/functions-host/http/route-template.ts';

function match(template: string, path: string): Record<string, string> | undefined {
  return new RouteTemplate(template).match(path);
}

describe('a route template', () => {
  test.each([
    ['jobs', 'jobs', {}],
    ['jobs', 'JOBS/', {}],
    ['jobs', 'job', undefined],
    ['jobs', 'jobs/1', undefined],
    ['jobs/{id}', 'jobs', undefined],
    ['jobs/{id}', 'jobs/a%20b', { id: 'a b' }],
    ['jobs/{id}', 'jobs/a%2Fb', { id: 'a/b' }],
    ['jobs/{id?}', 'jobs', {}],
    ['jobs/{id=first}', 'jobs', { id: 'first' }],
    ['{*rest}', '', {}],
    ['files/{*path}', 'files/a/b.txt', { path: 'a/b.txt' }],
    ['files/{name}.{extension}', 'files/report.pdf', { name: 'report', extension: 'pdf' }],
    ['v{version:int}/jobs', 'v2/jobs', { version: '2' }],
    ['v{version:int}/jobs', 'vx/jobs', undefined],
    ['{a}/{b?}', 'one/two', { a: 'one', b: 'two' }],
  ])('%s on %s gives %j', (template, path, expected) => {
    expect(match(template, path)).toEqual(expected);
  });

  test.each([
    ['int', '-5', '2147483648'],
    ['long', '9223372036854775807', '9223372036854775808'],
    ['bool', 'True', 'yes'],
    ['guid', '6F9619FF-8B86-D011-B42D-00C04FC964FF', '6F9619FF'],
    ['alpha', 'abc', 'ab1'],
    ['decimal', '1.5', '1,5'],
    ['double', '1e3', 'e3'],
    ['datetime', '2026-01-01', 'soon'],
    ['length(2)', 'ab', 'abc'],
    ['length(2,3)', 'abc', 'a'],
    ['minlength(2)', 'ab', 'a'],
    ['maxlength(2)', 'ab', 'abc'],
    ['min(5)', '5', '4'],
    ['max(5)', '5', '6'],
    ['range(1,9)', '9', '10'],
    ['regex(^a+$)', 'aa', 'ab'],
    ['regex(^\\d{{2}}$)', '12', '123'],
    ['int:min(3)', '3', '2'],
  ])('the constraint %s takes %s and refuses %s', (constraint, good, bad) => {
    expect(match(`{value:${constraint}}`, good)).toEqual({ value: good });
    expect(match(`{value:${constraint}}`, bad)).toBeUndefined();
  });

  test.each([
    ['{id:odd}', 'unknown'],
    ['{id', 'braces'],
    ['{*all}/more', 'only the last segment'],
    ['{a b}', 'cannot be read'],
  ])('refuses %s', (template, reason) => {
    expect(() => new RouteTemplate(template)).toThrow(reason);
  });

  test('the most specific comes first: text, mixture or constraint, parameter, rest', () => {
    const inOrder = ['a/b', 'a/{x:int}', 'a/{x}', 'a/{*x}', '{x}/b', '{*x}'];
    const sorted = [...inOrder]
      .reverse()
      .map((text) => new RouteTemplate(text))
      .sort((one, other) => one.compare(other));
    expect(sorted.map(({ text }) => text)).toEqual(inOrder);
  });

  const segment = fc
    .string({ minLength: 1, unit: 'grapheme' })
    .filter((text) => text !== '.' && text !== '..');

  test('gives back whatever was encoded into the path', () => {
    fc.assert(
      fc.property(segment, segment, (one, other) => {
        const path = `x/${encodeURIComponent(one)}/y/${encodeURIComponent(other)}`;
        expect(match('x/{one}/y/{other}', path)).toEqual({ one, other });
      }),
    );
  });

  test('the order is consistent: what compares less one way compares more the other', () => {
    const part = fc.constantFrom('a', 'b', '{x}', '{x:int}', 'v{x}');
    const template = fc.array(part, { maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(template, template, (one, other) => {
        const [first, second] = [new RouteTemplate(one), new RouteTemplate(other)];
        expect(Math.sign(first.compare(second))).toBe(-Math.sign(second.compare(first)) + 0);
      }),
    );
  });
});
