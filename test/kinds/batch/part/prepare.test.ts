import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LonghaulError } from '../../../../src/jobs/errors.ts';
import { fileNameOf } from '../../../../src/kinds/batch/part/files.ts';
import { prepare } from '../../../../src/kinds/batch/part/prepare.ts';
import { UpstreamConnectionError, type Upstream } from '../../../../src/kinds/upstream.ts';
import { MemoryBatchAccount } from '../../../support/in-memory/batch-account.ts';
import { refusal } from '../../../support/in-memory/upstream.ts';
import { VirtualClock } from '../../../support/in-memory/virtual-clock.ts';
import { CONTENT, partContext, partRequest } from './support.ts';

let account: MemoryBatchAccount;
let uninstall: () => void;

beforeEach(() => {
  account = new MemoryBatchAccount();
  uninstall = new VirtualClock().install();
});

afterEach(() => uninstall());

describe('getting a part ready', () => {
  it('uploads its rows under a name of its own, to be deleted by upstream in the end', async () => {
    let sent: unknown;
    account.script = { answer: (_call, request) => void (sent ??= request.form) };
    const outcome = await prepare(partRequest(), partContext(account));
    expect(outcome).toEqual({ outcome: 'prepared', reference: 'file-1' });
    const [file] = [...account.files.values()];
    expect(file?.content.toString()).toBe(CONTENT);
    expect(file?.filename).toMatch(/^longhaul-job-1\.1-[0-9a-f]{12}\.jsonl$/);
    expect(sent).toEqual([
      { name: 'purpose', value: 'batch' },
      { name: 'expires_after[anchor]', value: 'created_at' },
      { name: 'expires_after[seconds]', value: '1209600' },
      { name: 'file', file: expect.objectContaining({ bytes: CONTENT.length }) },
    ]);
  });

  it('uploads only the bytes that are its own', async () => {
    const [first = ''] = CONTENT.split('\n');
    const start = first.length + 1;
    const rows = { start, end: CONTENT.length, firstLine: 2, rows: 2, bytes: 1, tokens: 1 };
    await prepare(partRequest({ rows }), partContext(account));
    expect([...account.files.values()][0]?.content.toString()).toBe(CONTENT.slice(start));
  });

  it('finds what an earlier run uploaded, among the files of others', async () => {
    const context = partContext(account);
    for (let other = 0; other < 150; other += 1) account.addFile(`other-${other}.jsonl`, '');
    const mine = account.addFile(fileNameOf(context), CONTENT);
    for (let other = 0; other < 150; other += 1) account.addFile(`later-${other}.jsonl`, '');
    const outcome = await prepare(partRequest(), context);
    expect(outcome).toEqual({ outcome: 'prepared', reference: mine.id });
    expect(account.calls.get('POST /files')).toBeUndefined();
  });

  it('takes no file of a part with the same id that began at another time', async () => {
    const context = partContext(account);
    account.addFile(fileNameOf({ ...context, createdAt: '2025-01-01T00:00:00.000Z' }), 'old');
    const outcome = await prepare(partRequest(), context);
    expect(outcome).toEqual({ outcome: 'prepared', reference: 'file-2' });
  });

  it('does not look through the files of years', async () => {
    const yearsAgo = Date.parse('2024-01-01T00:00:00.000Z');
    for (let other = 0; other < 1_000; other += 1) account.addFile(`o-${other}`, '', yearsAgo);
    await prepare(partRequest(), partContext(account));
    expect(account.calls.get('GET /files')).toBe(1);
  });

  it('waits while upstream reads the file', async () => {
    account.script = { fileStatus: 'pending' };
    const context = partContext(account);
    expect(await prepare(partRequest(), context)).toMatchObject({ outcome: 'pending' });
    expect(await prepare(partRequest(), context)).toMatchObject({ outcome: 'pending' });
    expect(account.calls.get('POST /files')).toBe(1);
  });

  it('uploads again what upstream could not read', async () => {
    account.script = { fileStatus: 'error' };
    const context = partContext(account);
    expect(await prepare(partRequest(), context)).toMatchObject({ outcome: 'unreadable' });
    account.script = {};
    expect(await prepare(partRequest(), context)).toMatchObject({ outcome: 'prepared' });
  });

  it.each([
    ['is cut', () => new UpstreamConnectionError('cut', true), 'unreadable'],
    ['is throttled', () => refusal(429, 'Slow down.'), 'unreadable'],
    ['is refused for good', () => refusal(413, 'Too large.'), 'refused'],
  ])('tells when the upload %s', async (_what, answer, outcome) => {
    account.script = {
      answer(call) {
        if (call !== 'POST /files') return undefined;
        const given = answer();
        if (given instanceof Error) throw given;
        return given;
      },
    };
    expect(await prepare(partRequest(), partContext(account))).toMatchObject({ outcome });
  });

  it('refuses an input that was changed, however the call ended', async () => {
    const upstream: Upstream = {
      download: (request) => account.download(request),
      async send(request) {
        try {
          return await account.send(request);
        } catch {
          throw new UpstreamConnectionError('cut', true);
        }
      },
    };
    const context = partContext(upstream);
    const input = {
      path: 'inbox/a.jsonl',
      bytes: 1,
      contentType: '',
      // eslint-disable-next-line require-yield
      async *open(): AsyncGenerator<Uint8Array> {
        throw new LonghaulError('input-changed', 'It was changed.');
      },
    };
    expect(await prepare(partRequest(), { ...context, input })).toMatchObject({
      outcome: 'refused',
      error: { code: 'input-changed' },
    });
  });
});
