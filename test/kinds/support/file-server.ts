import {
  UpstreamConnectionError,
  type DownloadRequest,
  type Upstream,
  type UpstreamFile,
  type UpstreamReply,
} from '../../../src/kinds/upstream.ts';

/** How one answer of the server goes. */
export interface Turn {
  /** Bytes of this answer after which the connection is cut; absent: never. */
  cutAfter?: number;
  /** As `cutAfter`, but it looks like a proper end. */
  endAfter?: number;
  /** Bytes too many at the end. */
  extra?: number;
  /** A range that was asked for is ignored (200), or answered with another one, or without saying which. */
  ranges?: 'ignored' | 'wrong' | 'unsaid';
  /** The connection does not come about. */
  refused?: boolean;
  /** Another answer than the file. */
  reply?: Partial<UpstreamReply>;
  /** The file has become another one of the same length before this answer. */
  changed?: boolean;
}

/** What the server tells of itself. */
export interface Manners {
  length?: boolean;
  etag?: boolean;
  /** It gives the range of whatever file it now has. */
  ignoresIfRange?: boolean;
  headers?: Record<string, string>;
}

/** One file behind the port of downloads, over a bad line. */
export class FileServer implements Upstream {
  readonly requests: DownloadRequest[] = [];
  readonly #turns: Turn[];
  readonly #manners: Manners;
  #content: Buffer;
  #version = 1;

  /** @param turns answer by answer; after them all goes well. */
  constructor(content: Buffer, turns: readonly Turn[] = [], manners: Manners = {}) {
    this.#content = content;
    this.#turns = [...turns];
    this.#manners = { length: true, etag: true, ...manners };
  }

  /** The file as it now is. */
  get content(): Buffer {
    return this.#content;
  }

  send(): Promise<UpstreamReply> {
    return Promise.reject(new Error('files are downloaded'));
  }

  async download(request: DownloadRequest): Promise<UpstreamFile | UpstreamReply> {
    this.requests.push(request);
    const turn = this.#turns.shift() ?? {};
    if (turn.changed) this.#change();
    if (turn.refused) throw new UpstreamConnectionError('no connection', false);
    if (turn.reply) return { status: 500, headers: {}, body: undefined, ...turn.reply };
    const start = this.#start(request, turn);
    if (start >= this.#content.length && start > 0) return outOfRange;
    const { status, headers } = this.#head(start, turn);
    return { status, headers, content: sent(this.#content.subarray(start), turn) };
  }

  #change(): void {
    this.#version += 1;
    this.#content = Buffer.from(this.#content.map((byte) => byte ^ 0xff));
  }

  #start({ headers = {} }: DownloadRequest, { ranges }: Turn): number {
    const [, first] = /^bytes=(\d+)-$/.exec(headers['range'] ?? '') ?? [];
    const same =
      this.#manners.ignoresIfRange || [undefined, this.#etag()].includes(headers['if-range']);
    if (first === undefined || !same || ranges === 'ignored') return 0;
    return ranges === 'wrong' ? Math.max(0, Number(first) - 1) : Number(first);
  }

  #head(start: number, { ranges }: Turn): Pick<UpstreamFile, 'status' | 'headers'> {
    const total = this.#content.length;
    const { length, etag, headers = {} } = this.#manners;
    const range = `bytes ${start}-${total - 1}/${total}`;
    return {
      status: start > 0 ? 206 : 200,
      headers: {
        ...headers,
        ...(etag ? { etag: this.#etag() } : {}),
        ...(length ? { 'content-length': String(total - start) } : {}),
        ...(start > 0 && ranges !== 'unsaid' ? { 'content-range': range } : {}),
      },
    };
  }

  #etag(): string {
    return `"v${this.#version}"`;
  }
}

const outOfRange: UpstreamReply = { status: 416, headers: {}, body: undefined };

async function* sent(
  content: Buffer,
  { cutAfter = Infinity, endAfter = Infinity, extra = 0 }: Turn,
): AsyncGenerator<Uint8Array> {
  const end = Math.min(content.length, cutAfter, endAfter);
  for (let at = 0; at < end; at += CHUNK) yield content.subarray(at, Math.min(at + CHUNK, end));
  if (cutAfter <= content.length) throw new UpstreamConnectionError('cut', true);
  if (extra > 0 && endAfter === Infinity) yield Buffer.alloc(extra);
}

const CHUNK = 7;
