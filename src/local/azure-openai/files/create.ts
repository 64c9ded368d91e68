import { z } from 'zod';
import type { Answer, Call } from '../call.ts';
import { errors } from '../errors.ts';
import type { Form, FormFile } from '../form.ts';
import type { Services } from '../services.ts';
import { fileErrors } from './errors.ts';
import type { FilesTable } from './files-table.ts';
import { fileResource, newFileId, type StoredFile } from './stored-file.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** `user_data` is in OpenAI's list, and the Azure documentation says that it is not supported. */
const PURPOSES = ['assistants', 'batch', 'evals', 'fine-tune', 'vision'];

/** Documents disagree: an hour at least by the REST reference, 14 days for batch files by the guide. */
const SHORTEST_SECONDS = 60 * 60;
const SHORTEST_BATCH_SECONDS = 14 * DAY_SECONDS;
const LONGEST_SECONDS = 30 * DAY_SECONDS;

const UPLOAD_WINDOW_MS = 1_000;

/**
 * Takes an uploaded file in, or refuses it with an ApiError before anything is kept. It is there,
 * content and all, when this returns.
 */
export function createFile(services: Services, table: FilesTable, call: Call): Answer {
  const settings = services.settings.read();
  const { uploadsPerSecond } = settings;
  const recent = table.uploadsSince(call.at - UPLOAD_WINDOW_MS);
  if (uploadsPerSecond !== null && recent >= uploadsPerSecond)
    throw errors.callRateExceeded('POST /files', UPLOAD_WINDOW_MS);

  const { upload, fields } = parsedForm(call);
  if (upload.bytes > settings.fileBytes) throw fileErrors.tooLarge(settings.fileBytes);
  const purpose = purposeIn(fields);
  const lifeSeconds = lifeSecondsIn(fields, purpose);
  checkCount(table, lifeSeconds !== null, settings, call.at);

  const file: StoredFile = {
    id: newFileId(),
    filename: upload.filename,
    purpose,
    bytes: upload.bytes,
    sha256: upload.sha256,
    createdAt: call.at,
    processedAt: call.at + settings.fileProcessingSeconds * 1000,
    expiresAt: lifeSeconds === null ? null : call.at + lifeSeconds * 1000,
  };
  services.contents.keep(upload.path, file.id);
  table.add(file);
  return { status: 200, json: fileResource(file, call.at) };
}

function parsedForm({ form }: Call): { upload: FormFile; fields: Form['fields'] } {
  if (form === undefined) throw fileErrors.noForm();
  const upload = form.files['file'];
  if (upload === undefined) throw fileErrors.noFile();
  return { upload, fields: form.fields };
}

function purposeIn({ purpose = '' }: Form['fields']): string {
  if (PURPOSES.includes(purpose)) return purpose;
  throw fileErrors.invalidPurpose(purpose, PURPOSES);
}

/** @returns null when the file is to live for ever. */
function lifeSecondsIn(fields: Form['fields'], purpose: string): number | null {
  const anchor = expiryField(fields, 'anchor');
  const seconds = expiryField(fields, 'seconds');
  if (anchor === undefined && seconds === undefined) return null;
  if (anchor !== 'created_at') {
    throw fileErrors.invalidExpiry('anchor', "'anchor' must be 'created_at'.");
  }
  const shortest = purpose === 'batch' ? SHORTEST_BATCH_SECONDS : SHORTEST_SECONDS;
  const parsed = z.coerce.number().int().min(shortest).max(LONGEST_SECONDS).safeParse(seconds);
  if (parsed.success) return parsed.data;
  throw fileErrors.invalidExpiry(
    'seconds',
    `'seconds' must be from ${shortest} to ${LONGEST_SECONDS}.`,
  );
}

/** The `openai` package writes brackets; the curl samples of the Azure documentation a dot. */
function expiryField(fields: Form['fields'], name: string): string | undefined {
  return fields[`expires_after[${name}]`] ?? fields[`expires_after.${name}`];
}

function checkCount(
  table: FilesTable,
  withExpiry: boolean,
  limits: { filesWithExpiry: number; filesWithoutExpiry: number },
  now: number,
): void {
  const limit = withExpiry ? limits.filesWithExpiry : limits.filesWithoutExpiry;
  if (table.count(withExpiry, now) >= limit) throw fileErrors.tooMany(limit, withExpiry);
}
