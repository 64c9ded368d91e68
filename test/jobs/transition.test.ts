import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/jobs/job.ts';
import { isTerminal, PHASES, STATUSES } from '../../src/jobs/status.ts';
import { TerminalStatusError, transition, type Change } from '../../src/jobs/transition.ts';
import { aJob } from '../support/in-memory/a-job.ts';

const AT = '2026-03-01T12:00:00.000Z';

const change: fc.Arbitrary<Change> = fc.record(
  {
    status: fc.constantFrom(...STATUSES),
    phase: fc.constantFrom(...PHASES),
    polls: fc.nat(9),
    announce: fc.record({ step: fc.constantFrom('started', 'action-required', 'failed') }),
  },
  { requiredKeys: [] },
);

/** Applies changes one after the other; those that are refused change nothing. */
function after(job: Job, changes: Change[]): Job[] {
  return changes.reduce<Job[]>(
    (jobs, next) => {
      const newest = jobs.at(-1) ?? job;
      try {
        return [...jobs, transition(newest, next, AT)];
      } catch (error) {
        expect(error).toBeInstanceOf(TerminalStatusError);
        return jobs;
      }
    },
    [job],
  );
}

describe('transition', () => {
  it('never leaves a terminal status, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const statuses = after(aJob(), changes).map(({ status }) => status);
        const end = statuses.findIndex(isTerminal);
        if (end >= 0) expect(new Set(statuses.slice(end)).size).toBe(1);
      }),
    );
  });

  it('refuses to end an ended job in another way', () => {
    const job = aJob({ status: 'succeeded' });
    expect(() => transition(job, { status: 'failed' }, AT)).toThrow(TerminalStatusError);
    expect(() => transition(job, { status: 'running' }, AT)).toThrow(
      'Job job-1 is succeeded and cannot become running.',
    );
  });

  it('notes when a job ended, once, and withdraws its actions', () => {
    const held = aJob({ status: 'action-required', actions: ['resubmit', 'abandon'] });
    const ended = transition(held, { status: 'cancelled' }, AT);
    expect(ended).toMatchObject({ endedAt: AT, actions: [] });
    const later = transition(ended, { status: 'cancelled' }, '2026-03-02T00:00:00.000Z');
    expect(later.endedAt).toBe(AT);
  });

  it('numbers the events of a job without a gap and names each after its number', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const newest = after(aJob(), changes).at(-1);
        const ids = newest?.outbox.map(({ id }) => id) ?? [];
        expect(newest?.sequence).toBe(ids.length);
        expect(new Set(ids).size).toBe(ids.length);
        ids.forEach((id, index) => expect(id).toMatch(new RegExp(`^job-1\\.${index + 1}\\.`)));
      }),
    );
  });

  it('makes the same event of the same transition, byte for byte', () => {
    const make = () =>
      JSON.stringify(
        transition(aJob(), { status: 'failed', announce: { step: 'failed' } }, AT).outbox,
      );
    expect(make()).toBe(make());
  });

  it('announces as CloudEvents 1.0, with names and links and no content', () => {
    const job = aJob({ labels: { team: 'research' } });
    const { outbox } = transition(
      job,
      {
        status: 'failed',
        error: {
          code: 'upstream-refused',
          message: 'No.',
          retryable: false,
          upstream: { message: 'words from upstream' },
        },
        announce: { step: 'failed', links: { manifest: 'https://a.example/m' } },
      },
      AT,
    );
    expect(outbox).toEqual([
      {
        specversion: '1.0',
        id: 'job-1.1.failed',
        source: 'urn:longhaul',
        type: 'longhaul.job.failed',
        subject: 'job-1',
        time: AT,
        datacontenttype: 'application/json',
        sequence: '0000000001',
        data: {
          id: 'job-1',
          kind: 'response',
          status: 'failed',
          deployment: 'o3',
          labels: { team: 'research' },
          createdAt: job.createdAt,
          deadline: job.deadline,
          endedAt: AT,
          error: { code: 'upstream-refused', message: 'No.', retryable: false },
          manifest: 'https://a.example/m',
        },
      },
    ]);
  });

  it('names the blob that the job came with, so that a dropped file finds its events', () => {
    const job = aJob({ input: { blob: 'inbox/batch/o3/questions.jsonl', etag: '0x1' } });
    const { outbox } = transition(job, { announce: { step: 'queued' } }, AT);
    expect(outbox[0]?.data['input']).toEqual({ blob: 'inbox/batch/o3/questions.jsonl' });
  });

  it('keeps of the actions only what an ended job can offer', () => {
    const job = aJob({ status: 'running', actions: ['resubmit', 'retry-rows'] });
    expect(transition(job, { status: 'succeeded' }, AT).actions).toEqual(['retry-rows']);
  });

  it('leaves the job that it was given as it was', () => {
    const job = aJob();
    const before = JSON.stringify(job);
    transition(job, { status: 'running', announce: { step: 'started' } }, AT);
    expect(JSON.stringify(job)).toBe(before);
  });
});
