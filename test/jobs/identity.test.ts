import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEnvelope, type Envelope } from '../../src/jobs/envelope.ts';
import { derivedId, JOB_ID, requestHashOf } from '../../src/jobs/identity.ts';

const envelope: Envelope = {
  kind: 'response',
  request: { model: 'o3', input: 'Say something.' },
  options: { deadline: 'PT1H' },
  labels: { team: 'research' },
};

/** The same JSON with the fields of every object in the opposite order. */
function turnedRound(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turnedRound);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, field]) => [name, turnedRound(field)] as const);
  return Object.fromEntries(entries.reverse());
}

describe('requestHashOf', () => {
  it('does not depend on the order of fields', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (request) => {
        const given = { ...envelope, request };
        expect(requestHashOf(turnedRound(given) as Envelope)).toBe(requestHashOf(given));
      }),
    );
  });

  it('is the same whether defaults were written out or left out', () => {
    const { kind, request } = envelope;
    expect(requestHashOf(readEnvelope({ kind, request }))).toBe(
      requestHashOf(readEnvelope({ kind, request, options: {}, labels: {} })),
    );
  });

  it('leaves the id out: it is what envelopes are compared under', () => {
    expect(requestHashOf({ ...envelope, id: 'one' })).toBe(
      requestHashOf({ ...envelope, id: 'two' }),
    );
  });

  it.each<[string, Partial<Envelope>]>([
    ['kind', { kind: 'video' }],
    ['request', { request: { model: 'o3', input: 'Say something else.' } }],
    ['input', { input: { blob: 'inbox/a.json' } }],
    ['options', { options: { deadline: 'PT2H' } }],
    ['labels', { labels: { team: 'sales' } }],
  ])('differs when %s differs', (_field, change) => {
    expect(requestHashOf({ ...envelope, ...change })).not.toBe(requestHashOf(envelope));
  });

  it('is the SHA-256 of canonical JSON', () => {
    expect(requestHashOf(envelope)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('derivedId', () => {
  it('gives the same source the same id, and it may be a job id', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (parts) => {
        expect(derivedId(...parts)).toBe(derivedId(...parts));
        expect(derivedId(...parts)).toMatch(JOB_ID);
      }),
    );
  });

  it('tells parts apart wherever they are split', () => {
    expect(derivedId('a', 'bc')).not.toBe(derivedId('ab', 'c'));
    expect(derivedId('a')).not.toBe(derivedId('a', ''));
  });
});
