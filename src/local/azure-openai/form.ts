import { createHash, type Hash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { Contents } from './contents.ts';
import { multipartParts, type Part } from './multipart.ts';

/** A file of a form, on disk for as long as the call lasts. */
export interface FormFile {
  /** Where it lies. Whoever wants to keep it moves it away. */
  path: string;
  filename: string;
  contentType: string;
  /** As many as came, also when they were too many to be kept. */
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
}

/** A `multipart/form-data` body. */
export interface Form {
  fields: Readonly<Record<string, string>>;
  files: Readonly<Record<string, FormFile>>;
  /** Removes the files that nobody has taken. */
  discard(): Promise<void>;
}

/** What a route takes in as a form. */
export interface FormLimits {
  /** What is sent beyond it is counted, and not kept. */
  fileBytes: number;
}

/** Far above any prompt; a field is kept in memory. */
const FIELD_LIMIT_BYTES = 1024 * 1024;

/**
 * Takes a form in as it comes, its files straight to disk.
 * @throws MultipartError when it is none; nothing is left on disk then.
 */
export async function receiveForm(
  source: AsyncIterable<Buffer>,
  boundary: string,
  contents: Contents,
  limits: FormLimits,
): Promise<Form> {
  const form = new ReceivedForm();
  try {
    for await (const part of multipartParts(source, boundary)) {
      if (part.filename === undefined) form.fields[part.name] = await fieldText(part);
      else await receiveFile(form, part, part.filename, contents.spoolPath(), limits);
    }
    return form;
  } catch (error) {
    await form.discard();
    throw error;
  }
}

class ReceivedForm implements Form {
  readonly fields: Record<string, string> = {};
  readonly files: Record<string, FormFile> = {};
  readonly #paths: string[] = [];

  /** A path whose file is to go with the form. */
  adopt(path: string): void {
    this.#paths.push(path);
  }

  async discard(): Promise<void> {
    for (const path of this.#paths) await rm(path, { force: true });
  }
}

async function fieldText({ body }: Part): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length <= FIELD_LIMIT_BYTES) pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

async function receiveFile(
  form: ReceivedForm,
  part: Part,
  filename: string,
  path: string,
  { fileBytes }: FormLimits,
): Promise<void> {
  form.adopt(path);
  const hash = createHash('sha256');
  const bytes = await spool(part.body, path, hash, fileBytes);
  const { contentType } = part;
  form.files[part.name] = { path, filename, contentType, bytes, sha256: hash.digest('hex') };
}

/** @returns how many bytes came, which may be more than were written. */
async function spool(
  body: AsyncIterable<Buffer>,
  path: string,
  hash: Hash,
  limit: number,
): Promise<number> {
  await using file = await open(path, 'wx');
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    hash.update(piece);
    if (bytes <= limit) await file.writeFile(piece);
  }
  return bytes;
}
