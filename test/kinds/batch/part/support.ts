import type { KindContext } from '../../../../src/kinds/kind.ts';
import type { Upstream } from '../../../../src/kinds/upstream.ts';
import type { PartRequest } from '../../../../src/kinds/batch/part/part-request.ts';
import { contextOf } from '../../support/fake-upstream.ts';
import { rows } from '../support.ts';

export const CONTENT = rows(3);
export const BYTES = Buffer.byteLength(CONTENT);

export const CREATE = {
  intent: 1,
  attempt: 'attempt-1',
  createdAt: '2026-03-01T00:00:00.000Z',
  reference: 'file-1',
};

/** What the part of a job is given; its rows are the whole input unless told otherwise. */
export function partContext(upstream: Upstream, fields: Partial<KindContext> = {}): KindContext {
  return {
    ...contextOf(upstream),
    jobId: 'job-1.1',
    part: { of: 'job-1', number: 1 },
    input: {
      path: 'inbox/a.jsonl',
      bytes: BYTES,
      contentType: 'application/jsonl',
      async *open(range = { start: 0, end: BYTES }) {
        yield Buffer.from(CONTENT).subarray(range.start, range.end);
      },
    },
    ...fields,
  };
}

export function partRequest(fields: Partial<PartRequest> = {}): Record<string, unknown> {
  const request: PartRequest = {
    model: 'o3',
    endpoint: '/v1/responses',
    rows: { start: 0, end: BYTES, firstLine: 1, rows: 3, bytes: BYTES, tokens: 90 },
    create: { metadata: { team: 'research' } },
    ...fields,
  };
  return { ...request };
}
