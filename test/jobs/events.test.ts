import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobEvent, STEPS, type EventFacts } from '../../src/jobs/events.ts';

const facts: EventFacts = {
  subject: 'job-1',
  step: 'started',
  sequence: 2,
  time: '2026-03-01T00:00:00.000Z',
  data: {},
};

describe('jobEvent', () => {
  it('sorts by sequence as text as it does by number', () => {
    const sequence = fc.nat(2_000_000_000);
    fc.assert(
      fc.property(sequence, sequence, (one, other) => {
        const [first, second] = [one, other].map(
          (n) => jobEvent({ ...facts, sequence: n }).sequence,
        );
        expect(String(first) < String(second)).toBe(one < other);
      }),
    );
  });

  it('fits the longest id of a job and its step into a Service Bus MessageId', () => {
    for (const step of STEPS) {
      const { id } = jobEvent({ ...facts, subject: 'a'.repeat(64), step, sequence: 1_000_000 });
      expect(id.length).toBeLessThanOrEqual(128);
    }
  });

  it('takes its id from the key when the subject is none', () => {
    const event = jobEvent({ ...facts, subject: 'blob-drop/inbox/jobs/a.json "0x1"', key: 'abc' });
    expect(event.id).toBe('abc.2.started');
    expect(event.subject).toBe('blob-drop/inbox/jobs/a.json "0x1"');
  });
});
