import { randomUUID } from 'node:crypto';
import { LonghaulError } from '../jobs/errors.ts';
import type { FormFile, FormPart } from '../kinds/upstream.ts';

/** A form on its way: `multipart/form-data` (RFC 7578). */
export interface MultipartForm {
  contentType: string;
  /** Of the whole body; absent when a file does not say its length. */
  bytes?: number;
  /** Files are opened when their turn has come, and sent as they are read. */
  content(): AsyncIterable<Uint8Array>;
}

export function multipartForm(parts: readonly FormPart[]): MultipartForm {
  const boundary = `longhaul-${randomUUID()}`;
  const heads = parts.map((part) => Buffer.from(`--${boundary}\r\n${headOf(part)}\r\n\r\n`));
  const end = Buffer.from(`--${boundary}--\r\n`);
  const bytes = lengthOf(parts, heads) + end.length;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    ...(Number.isNaN(bytes) ? {} : { bytes }),
    async *content() {
      for (const [place, part] of parts.entries()) {
        yield heads[place] ?? end;
        yield* contentOf(part);
        yield LINE_END;
      }
      yield end;
    },
  };
}

const LINE_END = Buffer.from('\r\n');

/** @returns NaN when a file does not say its length. */
function lengthOf(parts: readonly FormPart[], heads: readonly Buffer[]): number {
  const lengths = parts.map((part) =>
    'file' in part ? (part.file.bytes ?? NaN) : Buffer.byteLength(part.value),
  );
  const framing = heads.map(({ length }) => length + LINE_END.length);
  return [...lengths, ...framing].reduce((sum, length) => sum + length, 0);
}

function headOf(part: FormPart): string {
  const disposition = `Content-Disposition: form-data; name="${escaped(part.name)}"`;
  if (!('file' in part)) return disposition;
  const { filename, contentType } = part.file;
  return `${disposition}; filename="${escaped(filename)}"\r\nContent-Type: ${oneLine(contentType)}`;
}

/** As browsers do it (https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data). */
function escaped(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

/** The type of a blob is its uploader's word: it must not begin a header of its own. */
function oneLine(contentType: string): string {
  return /^[\x20-\x7e]+$/.test(contentType) ? contentType : 'application/octet-stream';
}

async function* contentOf(part: FormPart): AsyncGenerator<Uint8Array> {
  if ('file' in part) yield* wholeFile(part.file);
  else yield Buffer.from(part.value);
}

/** Its length was announced, so that upstream would wait for bytes that do not come. */
async function* wholeFile(file: FormFile): AsyncGenerator<Uint8Array> {
  const { filename, bytes } = file;
  let sent = 0;
  for await (const chunk of file.open()) {
    sent += chunk.length;
    if (sent > (bytes ?? Infinity)) break;
    yield chunk;
  }
  if (bytes === undefined || sent === bytes) return;
  throw new LonghaulError(
    'input-changed',
    `The file ${filename} was to have ${bytes} bytes, and has others. Hand in a new job for it.`,
  );
}
