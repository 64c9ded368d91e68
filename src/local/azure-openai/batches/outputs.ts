import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { FileUser } from '../files/routes.ts';
import type { FilesTable } from '../files/files-table.ts';
import type { StoredFile } from '../files/stored-file.ts';
import type { Services } from '../services.ts';
import type { BatchesTable, KeptBatch } from './batches-table.ts';
import { outputLines } from './output-lines.ts';
import { progressAt, type Progress } from './progress.ts';
import { filesOf } from './resource.ts';
import { fileIdOf, type FileRole, type StoredBatch } from './stored-batch.ts';

/** Written in pieces of about this size. */
const PIECE_CHARACTERS = 64 * 1024;

/**
 * Writes the files of batches that have ended, as soon as somebody asks for any file. A batch is
 * settled and its files exist in one transaction, so a process that dies in between only writes
 * them again.
 */
export class BatchOutputs implements FileUser {
  readonly #services: Services;
  readonly #files: FilesTable;
  readonly #batches: BatchesTable;
  #writing: Promise<void> = Promise.resolve();

  constructor(services: Services, files: FilesTable, batches: BatchesTable) {
    this.#services = services;
    this.#files = files;
    this.#batches = batches;
  }

  /** One at a time: whoever asks meanwhile waits for the same files. */
  writeDue(now: number): Promise<void> {
    const writing = this.#writing.catch(() => undefined).then(() => this.#writeAll(now));
    this.#writing = writing;
    return writing;
  }

  needs(fileId: string): boolean {
    return this.#batches.needs(fileId);
  }

  async #writeAll(now: number): Promise<void> {
    for (const kept of this.#batches.due(now)) await this.#write(kept, now);
  }

  async #write(kept: KeptBatch, now: number): Promise<void> {
    const progress = progressAt(kept.batch, now);
    const roles = filesOf(kept, progress);
    const drafts = await this.#drafts(kept, progress, roles);
    const { store, contents } = this.#services;
    store.transaction(() => {
      for (const { file, path } of drafts) {
        contents.keep(path, file.id);
        this.#files.add(file);
      }
      this.#batches.settled(kept.batch.id);
    });
  }

  async #drafts(kept: KeptBatch, progress: Progress, roles: FileRole[]): Promise<Draft[]> {
    const { contents, deployments } = this.#services;
    const { batch } = kept;
    const endedAt = progress.endedAt ?? batch.createdAt;
    const drafts = new Map<FileRole, DraftFile>();
    for (const role of roles) drafts.set(role, await DraftFile.open(contents.spoolPath()));
    try {
      if (roles.length > 0) {
        const input = contents.pathOf(batch.inputFileId);
        for await (const { role, text } of outputLines(kept, progress, input, deployments)) {
          await drafts.get(role)?.write(text);
        }
      }
      return await Promise.all(
        [...drafts].map(([role, draft]) => draft.finish(batch, role, endedAt)),
      );
    } finally {
      for (const draft of drafts.values()) await draft.close();
    }
  }
}

interface Draft {
  file: StoredFile;
  path: string;
}

/** A file that is being written. */
class DraftFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #pending = '';
  #bytes = 0;

  static async open(path: string): Promise<DraftFile> {
    return new DraftFile(path, await open(path, 'w'));
  }

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  async write(text: string): Promise<void> {
    this.#pending += text;
    if (this.#pending.length >= PIECE_CHARACTERS) await this.#flush();
  }

  async finish(batch: StoredBatch, role: FileRole, createdAt: number): Promise<Draft> {
    await this.#flush();
    const { outputSeconds } = batch;
    const file: StoredFile = {
      id: fileIdOf(batch.id, role),
      filename: `${batch.id}_${role}.jsonl`,
      purpose: 'batch_output',
      bytes: this.#bytes,
      sha256: this.#hash.digest('hex'),
      createdAt,
      processedAt: createdAt,
      expiresAt: outputSeconds === null ? null : createdAt + outputSeconds * 1000,
    };
    return { file, path: this.#path };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    this.#bytes += bytes.length;
    this.#hash.update(bytes);
    await this.#handle.writeFile(bytes);
    await setImmediate();
  }
}
