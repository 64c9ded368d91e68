/** One part of a `multipart/form-data` body. */
export interface Part {
  name: string;
  /** Present when the part is a file. */
  filename?: string;
  contentType: string;
  /** To be read before the next part is asked for; what is left unread is skipped. */
  body: AsyncIterable<Buffer>;
}

/** A body that is no `multipart/form-data`, or that ends too early. */
export class MultipartError extends Error {
  override name = 'MultipartError';
}

const LINE_END = '\r\n';
const HEADERS_END = '\r\n\r\n';

/** RFC 7578 needs two headers a part; nobody sends more than a few hundred bytes of them. */
const HEADER_LIMIT_BYTES = 16 * 1024;

/** @returns the boundary that a `Content-Type` header names; undefined when it is no form. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(contentType ?? '')) return undefined;
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '') ?? [];
  return quoted ?? plain;
}

/**
 * Reads a form (RFC 7578) as it comes in. No more is in memory than one piece of the source and a
 * boundary, however large its files are.
 * @throws MultipartError, also from a part's body, for a body that is not one.
 */
export async function* multipartParts(
  source: AsyncIterable<Buffer>,
  boundary: string,
): AsyncGenerator<Part> {
  const delimiter = `${LINE_END}--${boundary}`;
  // The first boundary may stand at the very beginning, without the line end of the others.
  const scanner = new Scanner(source, LINE_END);
  await drain(scanner.until(delimiter));
  while (await anotherPart(scanner)) {
    const headers = await scanner.text(HEADERS_END, HEADER_LIMIT_BYTES);
    const body = scanner.until(delimiter);
    yield { ...describedBy(headers), body };
    await drain(body);
  }
  await scanner.skipRest();
}

/** After a boundary comes a line end and a part, or two hyphens and nothing more. */
async function anotherPart(scanner: Scanner): Promise<boolean> {
  const next = await scanner.take(2);
  if (next === '--') return false;
  if (next === LINE_END) {
    scanner.putBack(LINE_END);
    return true;
  }
  throw new MultipartError('A boundary is followed neither by a part nor by the end.');
}

function describedBy(headers: string): Omit<Part, 'body'> {
  const lines = headers.split(LINE_END);
  const disposition = headerIn(lines, 'content-disposition') ?? '';
  const name = parameterIn(disposition, 'name');
  if (!/^form-data\b/i.test(disposition) || name === undefined) {
    throw new MultipartError('A part has no name.');
  }
  const filename = parameterIn(disposition, 'filename');
  const contentType = headerIn(lines, 'content-type') ?? 'text/plain';
  return { name, contentType, ...(filename === undefined ? {} : { filename }) };
}

function headerIn(lines: string[], name: string): string | undefined {
  const line = lines.find((text) => text.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

/** Quotes inside come as `\"` from curl and as `%22` from browsers and `fetch`. */
function parameterIn(disposition: string, name: string): string | undefined {
  const value = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(disposition)?.[1];
  const plain = new RegExp(`;\\s*${name}=([^";\\s]+)`, 'i').exec(disposition)?.[1];
  return value?.replaceAll(/\\(.)/g, '$1').replaceAll('%22', '"') ?? plain;
}

async function drain(pieces: AsyncIterable<Buffer>): Promise<void> {
  for await (const _piece of pieces) {
    // Nobody asked for it.
  }
}

/** Looks for texts in a stream of bytes, holding back no more than may be the beginning of one. */
class Scanner {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer;

  constructor(source: AsyncIterable<Buffer>, before: string) {
    this.#source = source[Symbol.asyncIterator]();
    this.#held = Buffer.from(before);
  }

  /** What comes before `delimiter`, which is consumed with it. */
  async *until(delimiter: string): AsyncGenerator<Buffer> {
    for (;;) {
      const found = this.#held.indexOf(delimiter);
      if (found >= 0) {
        const last = this.#cut(found);
        this.#cut(delimiter.length);
        if (last.length > 0) yield last;
        return;
      }
      const certain = this.#held.length - (delimiter.length - 1);
      if (certain > 0) yield this.#cut(certain);
      await this.#more();
    }
  }

  /** What comes before `delimiter` as text. @throws MultipartError when it is longer than `limit`. */
  async text(delimiter: string, limit: number): Promise<string> {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of this.until(delimiter)) {
      length += piece.length;
      if (length > limit) throw new MultipartError('The headers of a part are too long.');
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  async take(length: number): Promise<string> {
    while (this.#held.length < length) await this.#more();
    return this.#cut(length).toString('latin1');
  }

  putBack(text: string): void {
    this.#held = Buffer.concat([Buffer.from(text), this.#held]);
  }

  async skipRest(): Promise<void> {
    while (!(await this.#source.next()).done);
  }

  #cut(length: number): Buffer {
    const piece = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return piece;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done) throw new MultipartError('The body ends before the form does.');
    this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
  }
}
