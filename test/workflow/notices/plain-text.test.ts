import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../../src/workflow/notices/plain-text.ts';

/** Milliseconds; a reader that goes back and forth in such a text needs minutes. */
const IN_TIME = 5_000;

describe('plain text', () => {
  it.each([
    ['<p>One</p><p>Two <b>bold</b> word</p>', 'One\nTwo bold word'],
    ['a<br>b<ul><li>c</li><li>d</li></ul>', 'a\nb\nc\nd'],
    ['&quot;R&amp;D&quot;&nbsp;&eacute;', '"R&D" é'],
    ['<script>alert(1)</script>after<style>p{}</style>', 'after'],
    ['<img src=x onerror=alert(1)>picture', 'picture'],
    ['&lt;script&gt;alert(1)&lt;/script&gt;encoded', 'encoded'],
    ['&amp;lt;b&amp;gt;twice&amp;lt;/b&amp;gt;', 'twice'],
    ['availability < 99.9 % and > 95 %', 'availability ‹ 99.9 % and › 95 %'],
    ['<p unclosed', ''],
    ['a\u0000b\u202ec\u200bd\r\n\te', 'abcd\ne'],
    ['half a pair \ud83d', 'half a pair \ufffd'],
    ['', ''],
  ])('of %j is %j', (html, text) => {
    expect(plainText(html, 1_000)).toBe(text);
  });

  it('is cut at the limit, never inside a character', () => {
    expect(plainText('abcdef', 6)).toBe('abcdef');
    expect(plainText('abcdefg', 6)).toBe('abcde…');
    expect(plainText('abc\u{1f680}defg', 5)).toBe('abc…');
  });

  it('holds no angle brackets and no control characters, and stays within the limit', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.integer({ min: 1, max: 100 }),
        (html, limit) => {
          const text = plainText(html, limit);
          expect(text.length).toBeLessThanOrEqual(limit);
          expect(text).not.toMatch(/[<>]|(?!\n)\p{Cc}/u);
          expect(text.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it.each([
    '<a>',
    '</b>',
    '<a></b>',
    '<',
    '&',
    '&amp;',
    ' ',
    '\n ',
    '<!--',
    '<p>',
    '<svg><p>',
    '&lt;b&gt;',
  ])(
    'of a quarter of a megabyte of %j is read in time',
    (piece) => {
      expect(plainText(piece.repeat(262_144 / piece.length), 1_000).length).toBeLessThan(1_001);
    },
    IN_TIME,
  );
});
