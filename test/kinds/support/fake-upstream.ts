import type { KindContext, OutputWriter } from '../../../src/kinds/kind.ts';
import type { Parts } from '../../../src/kinds/ports.ts';
import type { Upstream, UpstreamReply, UpstreamRequest } from '../../../src/kinds/upstream.ts';

/** An upstream that answers everything alike, and remembers what it was asked. */
export interface FakeUpstream extends Upstream {
  readonly requests: UpstreamRequest[];
}

export function answering(reply: Partial<UpstreamReply> | Error): FakeUpstream {
  const requests: UpstreamRequest[] = [];
  const answer = async (request: UpstreamRequest): Promise<UpstreamReply> => {
    requests.push(request);
    if (reply instanceof Error) throw reply;
    return { status: 200, headers: {}, body: undefined, ...reply };
  };
  return {
    requests,
    send: answer,
    download: (request) => answer({ method: 'GET', ...request }),
  };
}

export function contextOf(upstream: Upstream, options: KindContext['options'] = {}): KindContext {
  return {
    jobId: 'job-1',
    createdAt: '2026-03-01T00:00:00.000Z',
    upstream,
    deployment: { name: 'o3-pro' },
    options,
    createTimeout: 30_000,
    parts: noParts,
  };
}

/** The parts of a job that is not split. */
const noParts: Parts = {
  start: () => Promise.reject(new Error('a job of this kind is not split')),
  read: async () => [],
  cancel: async () => undefined,
  output: async () => undefined,
  discard: async () => undefined,
};

/** Keeps what is written in memory. */
export interface FakeOutputs extends OutputWriter {
  readonly files: Map<string, { content: string | Uint8Array; contentType: string }>;
  text(name: string): string;
}

export function fakeOutputs(): FakeOutputs {
  const files: FakeOutputs['files'] = new Map();
  return {
    files,
    text: (name) => String(files.get(name)?.content),
    async write(name, content, contentType) {
      if (typeof content !== 'string' && !(content instanceof Uint8Array)) {
        throw new TypeError('a response writes no streams');
      }
      files.set(name, { content, contentType });
      return { name, bytes: content.length, sha256: '0'.repeat(64), contentType };
    },
  };
}
