import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boundaryOf,
  MultipartError,
  multipartParts,
} from '../../../src/local/azure-openai/multipart.ts';

const BOUNDARY = 'x-boundary';

interface Read {
  name: string;
  filename?: string;
  contentType: string;
  text: string;
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size)
    yield bytes.subarray(start, start + size);
}

async function read(body: string | Buffer, pieceSize = 7): Promise<Read[]> {
  const parts: Read[] = [];
  const source = inPieces(Buffer.from(body as string, 'latin1'), pieceSize);
  for await (const { body: pieces, ...described } of multipartParts(source, BOUNDARY)) {
    const bytes: Buffer[] = [];
    for await (const piece of pieces) bytes.push(piece);
    parts.push({ ...described, text: Buffer.concat(bytes).toString('latin1') });
  }
  return parts;
}

function field(name: string, value: string): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

const END = `--${BOUNDARY}--\r\n`;

describe('a multipart body', () => {
  it('is read part by part, with names and types', async () => {
    const file =
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name=file; filename="a %22b\\"c.jsonl"\r\n` +
      'Content-Type: application/jsonl\r\n\r\n{"a":1}\r\n{"b":2}\r\n';
    expect(await read(`preamble\r\n${field('purpose', 'batch')}${file}${END}epilogue`)).toEqual([
      { name: 'purpose', contentType: 'text/plain', text: 'batch' },
      {
        name: 'file',
        filename: 'a "b"c.jsonl',
        contentType: 'application/jsonl',
        text: '{"a":1}\r\n{"b":2}',
      },
    ]);
  });

  it('may have empty parts, and parts that nobody reads', async () => {
    const names: string[] = [];
    const body = Buffer.from(field('empty', '') + field('skipped', 'x'.repeat(99)) + END);
    for await (const { name } of multipartParts(inPieces(body, 10), BOUNDARY)) names.push(name);
    expect(names).toEqual(['empty', 'skipped']);
  });

  it('reads the same however it is cut in pieces', async () => {
    const content = fc.string({
      unit: fc.constantFrom('\r', '\n', '-', 'x', '\0', `\r\n--${BOUNDARY.slice(0, 5)}`),
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(
        content,
        content,
        fc.integer({ min: 1, max: 50 }),
        async (one, two, size) => {
          const body = field('one', one) + field('two', two) + END;
          expect((await read(body, size)).map(({ text }) => text)).toEqual([one, two]);
        },
      ),
    );
  });

  it('is handed on as it comes: never is more held back than a piece and a boundary', async () => {
    const piece = Buffer.alloc(1_000, `\r\n--${BOUNDARY.slice(0, 4)}`);
    let taken = 0;
    async function* large(): AsyncGenerator<Buffer> {
      yield Buffer.from(field('large', '').slice(0, -2));
      for (taken = 0; taken < 100_000; taken += piece.length) yield piece;
      yield Buffer.from(`\r\n${END}`);
    }
    let given = 0;
    for await (const { body } of multipartParts(large(), BOUNDARY)) {
      for await (const { length } of body) {
        expect(taken - given).toBeLessThan(piece.length + BOUNDARY.length + 4);
        given += length;
      }
    }
    expect(given).toBe(100_000);
  });

  it.each([
    ['is empty', ''],
    ['ends within a part', field('a', 'x').slice(0, -3)],
    ['has no closing boundary', field('a', 'x')],
    ['has a part without a name', `--${BOUNDARY}\r\nX: y\r\n\r\nz\r\n${END}`],
    ['goes on strangely after a boundary', `--${BOUNDARY}??`],
    [
      'has endless headers',
      `--${BOUNDARY}\r\nX: ${'y'.repeat(20_000)}\r\n\r\nz\r\n--${BOUNDARY}--\r\n`,
    ],
  ])('is refused when it %s', async (_what, body) => {
    await expect(read(body, 1_000)).rejects.toThrow(MultipartError);
  });
});

describe('the boundary', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data;charset=utf-8; boundary="a b;c"', 'a b;c'],
    ['multipart/form-data', undefined],
    ['multipart/mixed; boundary=abc', undefined],
    ['application/json', undefined],
    [undefined, undefined],
  ])('of %s is %s', (contentType, boundary) => {
    expect(boundaryOf(contentType)).toBe(boundary);
  });
});
