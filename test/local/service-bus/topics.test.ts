import { describe, expect, it } from 'vitest';
import { peekBodies, receiveOne, rejection, serviceBus } from './support.ts';

async function topic(
  subscriptions: Record<string, unknown>[],
  options: Record<string, unknown> = {},
) {
  const { client, time } = await serviceBus({
    topics: [
      { name: 'job-events', subscriptions: subscriptions as { name: string }[], ...options },
    ],
  });
  return { client, time, sender: client.createSender('job-events') };
}

describe('a topic', () => {
  it('gives every subscription its own copy', async () => {
    const { client, sender } = await topic([{ name: 'all' }, { name: 'audit' }]);
    await sender.sendMessages([{ body: 1 }, { body: 2 }]);
    const receiver = client.createReceiver('job-events', 'all');
    await receiver.completeMessage(await receiveOne(receiver));
    expect(await peekBodies(client, 'job-events', 'all')).toEqual([2]);
    expect(await peekBodies(client, 'job-events', 'audit')).toEqual([1, 2]);
  });

  it('is addressed without regard to case', async () => {
    const { client } = await topic([{ name: 'all' }]);
    await client.createSender('JOB-EVENTS').sendMessages({ body: 1 });
    expect(await peekBodies(client, 'Job-Events', 'ALL')).toEqual([1]);
  });

  it('passes on what satisfies every condition of a correlation filter', async () => {
    const filter = { correlation: { status: 'failed', priority: 1, subject: 'job' } };
    const { client, sender } = await topic([{ name: 'failures', filter }]);
    const matching = { status: 'failed', priority: 1, more: true };
    await sender.sendMessages([
      { body: 'passes', subject: 'job', applicationProperties: matching },
      {
        body: 'other status',
        subject: 'job',
        applicationProperties: { ...matching, status: 'ok' },
      },
      { body: 'other type', subject: 'job', applicationProperties: { ...matching, priority: '1' } },
      { body: 'other subject', subject: 'model', applicationProperties: matching },
      { body: 'none at all' },
    ]);
    expect(await peekBodies(client, 'job-events', 'failures')).toEqual(['passes']);
  });

  it('reads a condition as one on an application property when told so', async () => {
    const filter = { correlation: { applicationProperties: { subject: 'property' } } };
    const { client, sender } = await topic([{ name: 'some', filter }]);
    await sender.sendMessages([
      { body: 'passes', applicationProperties: { subject: 'property' } },
      { body: 'does not', subject: 'property' },
    ]);
    expect(await peekBodies(client, 'job-events', 'some')).toEqual(['passes']);
  });

  it('drops repeated ids before any subscription sees them', async () => {
    const { client, sender } = await topic([{ name: 'all' }], {
      duplicateDetectionWindowSeconds: 86_400,
    });
    for (const body of ['first', 'repeated']) {
      await sender.sendMessages({ body, messageId: 'job-1/succeeded' });
    }
    expect(await peekBodies(client, 'job-events', 'all')).toEqual(['first']);
  });

  it('holds scheduled messages, which can be cancelled, and hands them out when due', async () => {
    const { client, sender, time } = await topic([{ name: 'all' }, { name: 'audit' }]);
    const due = new Date(Math.round(performance.timeOrigin + performance.now() + 60_000));
    const [cancelled] = await sender.scheduleMessages([{ body: 'a' }, { body: 'b' }], due);
    if (cancelled === undefined) throw new Error('There is no sequence number.');
    await sender.cancelScheduledMessages(cancelled);
    expect(await peekBodies(client, 'job-events', 'all')).toEqual([]);
    time.pass(61);
    expect(await peekBodies(client, 'job-events', 'all')).toEqual(['b']);
    expect(await peekBodies(client, 'job-events', 'audit')).toEqual(['b']);
  });

  it('limits how long messages live in its subscriptions', async () => {
    const { client, sender, time } = await topic([{ name: 'all' }], {
      defaultTimeToLiveSeconds: 10,
    });
    await sender.sendMessages({ body: 'stale' });
    time.pass(11);
    expect(await peekBodies(client, 'job-events', 'all')).toEqual([]);
  });

  it('has a dead-letter queue for each subscription', async () => {
    const { client, sender } = await topic([{ name: 'all', maxDeliveryCount: 1 }]);
    await sender.sendMessages({ body: 'poison' });
    const receiver = client.createReceiver('job-events', 'all');
    await receiver.abandonMessage(await receiveOne(receiver));
    const deadLetters = client.createReceiver('job-events', 'all', { subQueueType: 'deadLetter' });
    expect(await receiveOne(deadLetters)).toMatchObject({
      body: 'poison',
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterSource: 'job-events/Subscriptions/all',
    });
  });
});

describe('what is not there', () => {
  it('is not found, whether sent to or received from', async () => {
    const { client } = await topic([{ name: 'all' }]);
    const toNowhere = client.createSender('nowhere').sendMessages({ body: 1 });
    const fromNowhere = client.createReceiver('job-events', 'none').receiveMessages(1);
    const scheduled = client.createSender('nowhere').scheduleMessages({ body: 1 }, new Date(1));
    for (const refused of [toNowhere, fromNowhere, scheduled]) {
      expect(await rejection(refused)).toMatchObject({ code: 'MessagingEntityNotFound' });
    }
  });

  it('is a subscription when somebody sends to it, and a topic when somebody receives', async () => {
    const { client } = await topic([{ name: 'all' }]);
    const sent = client.createSender('job-events/Subscriptions/all').sendMessages({ body: 1 });
    const received = client.createReceiver('job-events').receiveMessages(1);
    for (const refused of [sent, received]) {
      expect(await rejection(refused)).toMatchObject({ code: 'MessagingEntityNotFound' });
    }
  });

  it('is sessions, and the refusal says so', async () => {
    const { client, log } = await serviceBus({ queues: [{ name: 'jobs' }] });
    const reason = 'Sessions are not supported by the local Service Bus';
    expect((await rejection(client.acceptNextSession('jobs'))).message).toContain(reason);
    // For a session by name the SDK puts its own guess in place of the reason.
    const named = await rejection(client.acceptSession('jobs', 'session-1'));
    expect(named).toMatchObject({ code: 'SessionCannotBeLocked' });
    expect(log.filter((line) => line.includes(reason))).toHaveLength(2);
  });

  it('is rules that change at run time', async () => {
    const { client } = await topic([{ name: 'all' }]);
    const rules = client.createRuleManager('job-events', 'all');
    const refused = rules.createRule('failed', { correlationId: 'x' });
    expect((await rejection(refused)).message).toContain('declared in the entities file');
  });
});

describe('a wrong configuration', () => {
  it.each([
    ['two entities of one name', { queues: [{ name: 'a' }], topics: [{ name: 'A' }] }, /same name/],
    ['an impossible name', { queues: [{ name: 'a b' }] }, /a name consists of/],
    ['an unknown setting', { queues: [{ name: 'a', requiresSession: true }] }, /requiresSession/],
    [
      'a filter of another kind',
      { topics: [{ name: 'a', subscriptions: [{ name: 's', filter: { sql: '1=1' } }] }] },
      /correlation/,
    ],
    ['a lock beyond five minutes', { queues: [{ name: 'a', lockDurationSeconds: 301 }] }, /300/],
  ])('is refused with its reason: %s', async (_, entities, reason) => {
    expect((await rejection(serviceBus(entities as object))).message).toMatch(reason);
  });
});
