import { expect, it } from 'vitest';
import { documentOf } from '../../src/jobs/job.ts';
import { violationsOf } from '../campaigns/kill/checks.ts';
import { killPlan } from '../campaigns/kill/plan.ts';
import { RESPONSES } from '../campaigns/kill/responses.ts';
import type { Life } from '../campaigns/kill/user.ts';
import type { ReceivedEvent } from '../support/event-log.ts';
import { aJob } from '../support/in-memory/a-job.ts';

const [planned] = killPlan(1, RESPONSES).jobs;

function life(status: 'succeeded' | 'failed'): Life {
  if (!planned) throw new Error('The plan has no jobs.');
  const ended = documentOf(aJob({ id: planned.id, status }), []);
  return { planned, ended, resubmissions: 0, abandoned: false };
}

function told(messageId: string, text: string): ReceivedEvent {
  const type = 'longhaul.job.succeeded';
  const event = {
    messageId,
    text,
    type,
    subject: 'job',
    sequence: '1',
    data: { status: 'succeeded' },
  };
  return { ...event, properties: {}, contentType: undefined };
}

it.each([
  { what: 'a job that ended otherwise', status: 'failed', events: [], says: 'instead of' },
  { what: 'an end that was not told', status: 'succeeded', events: [], says: '0 terminal events' },
  {
    what: 'an end told under two ids',
    status: 'succeeded',
    events: [told('a', '{}'), told('b', '{}')],
    says: '2 terminal events',
  },
  {
    what: 'a repeat in other bytes',
    status: 'succeeded',
    events: [told('a', '{}'), told('a', '{"time":"later"}')],
    says: 'different bytes',
  },
] as const)('the kill campaign notices $what', ({ status, events, says }) => {
  const traces = { life: life(status), intents: [], events };
  expect([...violationsOf(traces)].join('\n')).toContain(says);
});
