import { clock } from '../../../src/clock.ts';
import type {
  DownloadRequest,
  Upstream,
  UpstreamFile,
  UpstreamReply,
  UpstreamRequest,
} from '../../../src/kinds/upstream.ts';
import { AN_HOUR, StoredBatch, type BatchWork } from './stored-batch.ts';
import { refusal } from './upstream.ts';
import { whole } from './whole.ts';

export interface StoredFile {
  id: string;
  filename: string;
  content: Buffer;
  /** Milliseconds since the epoch. */
  createdAt: number;
  status: string;
  purpose: 'batch' | 'batch_output';
}

/** What comes of calls and batches; unless told otherwise, all goes well. */
export interface BatchScript {
  /** Answers instead of the account, or throws; nothing is done then. */
  answer?(call: string, request: UpstreamRequest): UpstreamReply | undefined;
  /** The account does its work, and this is what the caller gets instead of its answer. */
  instead?(call: string, reply: UpstreamReply): UpstreamReply;
  work?(batch: { number: number; customIds: readonly string[] }): Partial<BatchWork>;
  /** Status of a file that was just uploaded. */
  fileStatus?: string;
}

/** Files and batches of an account, in memory. */
export class MemoryBatchAccount implements Upstream {
  readonly files = new Map<string, StoredFile>();
  readonly batches = new Map<string, StoredBatch>();
  /** How often each route was called, `POST /files` for example. */
  readonly calls = new Map<string, number>();
  script: BatchScript;
  #files = 0;

  constructor(script: BatchScript = {}) {
    this.script = script;
  }

  get callCount(): number {
    return [...this.calls.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The names of the files that were uploaded and are still there. */
  get uploads(): string[] {
    return this.#uploads().map(({ filename }) => filename);
  }

  async send(request: UpstreamRequest): Promise<UpstreamReply> {
    const { call, id } = routeOf(request);
    this.#count(call);
    this.#finishDue();
    const scripted = this.script.answer?.(call, request);
    if (scripted) return scripted;
    const reply = await this.#work(call, id, request);
    return this.script.instead?.(call, reply) ?? reply;
  }

  async download(request: DownloadRequest): Promise<UpstreamFile | UpstreamReply> {
    this.#count('GET /files/{id}/content');
    this.#finishDue();
    const file = this.files.get(request.path.split('/')[2] ?? '');
    if (!file) return refusal(404, 'No such file.');
    const headers = { 'content-length': String(file.content.length) };
    return { status: 200, headers, content: chunksOf(file.content) };
  }

  /** A file as somebody else left it. */
  addFile(filename: string, text: string, createdAt = clock().now()): StoredFile {
    const status = this.script.fileStatus ?? 'processed';
    const id = `file-${++this.#files}`;
    const file: StoredFile = {
      id,
      filename,
      content: Buffer.from(text),
      createdAt,
      status,
      purpose: 'batch',
    };
    this.files.set(id, file);
    return file;
  }

  /** A batch as it came in, also one of somebody else. */
  addBatch(
    body: Record<string, unknown>,
    rows: readonly string[],
    work: Partial<BatchWork> = {},
    createdAt = clock().now(),
  ): StoredBatch {
    const id = `batch_${this.batches.size + 1}`;
    const batch = new StoredBatch(id, body, rows, createdAt, { ...AN_HOUR, ...work });
    this.batches.set(id, batch);
    return batch;
  }

  async #work(call: string, id: string, request: UpstreamRequest): Promise<UpstreamReply> {
    switch (call) {
      case 'POST /files':
        return this.#upload(request);
      case 'GET /files':
        return listOf(this.#uploads(), fileResource, request);
      case 'GET /batches':
        return listOf([...this.batches.values()], (batch) => batch.resource(now()), request);
      case 'POST /batches':
        return this.#create(request.body as Record<string, unknown>);
      case 'GET /files/{id}':
      case 'DELETE /files/{id}':
        return this.#file(id, request.method === 'DELETE');
      default:
        return this.#batch(id, call.endsWith('/cancel'));
    }
  }

  #uploads(): StoredFile[] {
    return [...this.files.values()].filter(({ purpose }) => purpose === 'batch');
  }

  async #upload({ form = [] }: UpstreamRequest): Promise<UpstreamReply> {
    for (const part of form) {
      if (!('file' in part)) continue;
      const content = await whole(part.file.open());
      return ok(fileResource(this.addFile(part.file.filename, content.toString())));
    }
    return refusal(400, 'There is no file.');
  }

  #create(body: Record<string, unknown>): UpstreamReply {
    const file = this.files.get(String(body['input_file_id']));
    if (!file) return refusal(400, 'There is no such input file.');
    const customIds = file.content
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => String((JSON.parse(line) as Record<string, unknown>)['custom_id']));
    const number = this.batches.size + 1;
    const batch = this.addBatch(body, customIds, this.script.work?.({ number, customIds }));
    return { ...ok(batch.resource(now())), status: 201 };
  }

  #file(id: string, deletes: boolean): UpstreamReply {
    const file = this.files.get(id);
    if (!file) return refusal(404, `No such file: ${id}`);
    if (deletes) this.files.delete(id);
    return ok(deletes ? { id, object: 'file', deleted: true } : fileResource(file));
  }

  #batch(id: string, cancels: boolean): UpstreamReply {
    const batch = this.batches.get(id);
    if (!batch) return refusal(404, `No such batch: ${id}`);
    if (cancels && !batch.cancel(now())) return refusal(400, 'Cannot cancel an ended batch.');
    this.#finishDue();
    return ok(batch.resource(now()));
  }

  /** An ended batch has its files, an empty one of errors too. */
  #finishDue(): void {
    for (const batch of this.batches.values()) {
      if (!batch.hasEnded(now()) || batch.errorFileId !== '' || batch.status(now()) === 'failed') {
        continue;
      }
      const { output, errors } = batch.results(batch.endsAt);
      if (output !== '') batch.outputFileId = this.#result(batch, 'output', output).id;
      batch.errorFileId = this.#result(batch, 'errors', errors).id;
    }
  }

  #result({ id, endsAt }: StoredBatch, what: string, text: string): StoredFile {
    const file = this.addFile(`${id}_${what}.jsonl`, text, endsAt);
    return Object.assign(file, { status: 'processed', purpose: 'batch_output' });
  }

  #count(call: string): void {
    this.calls.set(call, (this.calls.get(call) ?? 0) + 1);
  }
}

function now(): number {
  return clock().now();
}

function routeOf({ method, path }: UpstreamRequest): { call: string; id: string } {
  const [, collection = '', id, action] = (path.split('?', 1)[0] ?? '').split('/');
  const tail = action === undefined ? '' : `/${action}`;
  return { call: `${method} /${collection}${id ? `/{id}${tail}` : ''}`, id: id ?? '' };
}

function fileResource({ id, filename, content, createdAt, status }: StoredFile) {
  const created_at = Math.floor(createdAt / 1_000);
  return { id, object: 'file', filename, bytes: content.length, created_at, status };
}

/** Newest first, as the entries came. */
function listOf<Entry extends { id: string }>(
  entries: readonly Entry[],
  resourceOf: (entry: Entry) => Record<string, unknown>,
  request: UpstreamRequest,
) {
  const query = new URLSearchParams(request.path.split('?')[1]);
  const newestFirst = entries.toReversed();
  const after = newestFirst.findIndex(({ id }) => id === query.get('after')) + 1;
  const limit = Number(query.get('limit') ?? 20);
  const data = newestFirst.slice(after, after + limit).map(resourceOf);
  return ok({
    object: 'list',
    data,
    last_id: data.at(-1)?.['id'] ?? null,
    has_more: after + limit < newestFirst.length,
  });
}

function ok(body: unknown): UpstreamReply {
  return { status: 200, headers: {}, body };
}

async function* chunksOf(content: Buffer): AsyncGenerator<Uint8Array> {
  if (content.length > 0) yield content;
}
