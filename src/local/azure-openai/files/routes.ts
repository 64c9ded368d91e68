import { createReadStream } from 'node:fs';
import type { Answer, Call } from '../call.ts';
import { limitOf, orderOf, pageOf } from '../page.ts';
import { downloadAnswer } from '../ranges.ts';
import type { CallSubject, Route } from '../routes.ts';
import type { Services } from '../services.ts';
import { createFile } from './create.ts';
import { fileErrors } from './errors.ts';
import type { FilesTable } from './files-table.ts';
import { fileResource, isProcessed } from './stored-file.ts';

/** Those who make files and read them, apart from the callers of the API. */
export interface FileUser {
  /** Makes the files that exist from a moment on. */
  writeDue(now: number): Promise<void>;
  /** Whether the content of a file is still needed, though the file itself be deleted. */
  needs(fileId: string): boolean;
}

const MOST_LISTED = 10_000;

/** The routes of the Files API. */
export function fileRoutes(services: Services, table: FilesTable, user: FileUser): Route[] {
  const { contents } = services;
  contents.removeAllBut(table.withContent());
  const prepare = async ({ at }: Call) => {
    await user.writeDue(at);
    sweep(services, table, user, at);
  };
  const subject = (call: Call, id: string) => storedSubject(table, call, id);
  return [
    {
      name: 'POST /files',
      form: () => services.settings.read(),
      prepare,
      subject: ({ form }) => hashSubject(form?.files['file']?.sha256),
      handle: (call) => createFile(services, table, call),
    },
    { name: 'GET /files', prepare, handle: (call) => ok(listed(table, call)) },
    {
      name: 'GET /files/{id}',
      prepare,
      subject,
      handle: ({ at }, { id }) => ok(fileResource(table.read(id, at), at)),
    },
    {
      name: 'GET /files/{id}/content',
      prepare,
      subject,
      handle: (call, { id }) => contentAnswer(services, table, call, id),
    },
    {
      name: 'DELETE /files/{id}',
      prepare,
      subject,
      handle: ({ at }, { id }) => ok(deleted(table, id, at)),
    },
  ];
}

/** Removes the content of deleted and expired files that nobody needs. */
function sweep({ contents }: Services, table: FilesTable, user: FileUser, now: number): void {
  for (const id of table.outlived(now).filter((outlived) => !user.needs(outlived))) {
    contents.remove(id);
    table.contentRemoved(id);
  }
}

function listed(table: FilesTable, call: Call) {
  const query = call.url.searchParams;
  const limit = limitOf(call, MOST_LISTED, MOST_LISTED);
  const purpose = query.get('purpose');
  const after = query.get('after');
  const files = table.list({ purpose, after, order: orderOf(call), limit }, call.at);
  return pageOf(
    files.map((file) => fileResource(file, call.at)),
    limit,
  );
}

function contentAnswer({ contents }: Services, table: FilesTable, call: Call, id: string): Answer {
  const file = table.read(id, call.at);
  if (!isProcessed(file, call.at)) throw fileErrors.noContent(id);
  const path = contents.pathOf(id);
  return downloadAnswer(call, {
    bytes: file.bytes,
    contentType: 'application/octet-stream',
    etag: `"${file.sha256}"`,
    modifiedAt: file.createdAt,
    read: (start, end) => (end > start ? createReadStream(path, { start, end: end - 1 }) : []),
  });
}

function deleted(table: FilesTable, id: string, now: number) {
  table.read(id, now);
  table.delete(id, now);
  return { id, object: 'file', deleted: true };
}

function ok(json: unknown): Answer {
  return { status: 200, json };
}

function storedSubject(table: FilesTable, { at }: Call, id: string): CallSubject {
  return hashSubject(table.find(id, at)?.sha256);
}

function hashSubject(sha256: string | undefined): CallSubject {
  return sha256 === undefined ? {} : { requestHash: sha256 };
}
