import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { describe, expect, it, vi } from 'vitest';
import { PATIENCE, peekBodies, queue, receiveOne, rejection } from './support.ts';

describe('sending and receiving', () => {
  it('delivers a message with everything that its sender set', async () => {
    const { sender, receiver } = await queue();
    const sent = {
      body: { kind: 'response', tags: ['a', 'b'], nested: { deep: true } },
      messageId: 'job-1',
      subject: 'submitted',
      correlationId: 'request-1',
      contentType: 'application/json',
      replyTo: 'answers',
      to: 'somewhere',
      timeToLive: 60_000,
      applicationProperties: { text: 'ü', whole: 42, fraction: 0.5, negative: -7, yes: true },
    };
    await sender.sendMessages(sent);
    expect(await receiveOne(receiver)).toMatchObject({
      ...sent,
      deliveryCount: 0,
      state: 'active',
    });
  });

  it.each([
    ['bytes', Buffer.from([0, 1, 254, 255])],
    ['text', 'plain'],
    ['a number', 12.5],
    ['null', null],
    ['a list', [1, 'two', { three: 3 }]],
  ])('carries %s as a body', async (_, body) => {
    const { sender, receiver } = await queue();
    await sender.sendMessages({ body });
    expect((await receiveOne(receiver)).body).toEqual(body);
  });

  it('gives a message an id when its sender gave none', async () => {
    const { sender, receiver } = await queue();
    await sender.sendMessages({ body: 'anonymous' });
    expect((await receiveOne(receiver)).messageId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('keeps the order of sending, within a batch and between sends', async () => {
    const { sender, receiver } = await queue();
    await sender.sendMessages({ body: 1 });
    const batch = await sender.createMessageBatch();
    for (const body of [2, 3]) expect(batch.tryAddMessage({ body })).toBe(true);
    await sender.sendMessages(batch);
    await sender.sendMessages([{ body: 4 }, { body: 5 }]);
    const messages = await receiver.receiveMessages(5, { maxWaitTimeInMs: PATIENCE.timeout });
    expect(messages.map(({ body }) => body as number)).toEqual([1, 2, 3, 4, 5]);
    expect(messages.map(({ sequenceNumber }) => Number(sequenceNumber))).toEqual([1, 2, 3, 4, 5]);
  });

  it('deletes on receipt when asked to', async () => {
    const { client, sender } = await queue();
    const receiver = client.createReceiver('jobs', { receiveMode: 'receiveAndDelete' });
    await sender.sendMessages([{ body: 'gone' }]);
    expect((await receiveOne(receiver)).body).toBe('gone');
    expect(await peekBodies(client, 'jobs')).toEqual([]);
  });

  it('ends a receive with what there is, and gives unused credit back', async () => {
    const { client, sender, receiver } = await queue();
    await sender.sendMessages({ body: 'only' });
    expect(await receiver.receiveMessages(5, { maxWaitTimeInMs: 50 })).toHaveLength(1);
    await sender.sendMessages({ body: 'for another' });
    expect((await receiveOne(client.createReceiver('jobs'))).body).toBe('for another');
  });

  it('hands each message to one of several receivers', async () => {
    const { client, sender } = await queue();
    const seen: number[][] = [[], []];
    for (const mine of seen) {
      client.createReceiver('jobs').subscribe({
        processMessage: async ({ body }) => void mine.push(body as number),
        processError: async () => {},
      });
    }
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    await sender.sendMessages(numbers.map((body) => ({ body })));
    await vi.waitFor(() => expect(seen.flat().sort((a, b) => a - b)).toEqual(numbers), PATIENCE);
    await vi.waitFor(async () => expect(await peekBodies(client, 'jobs')).toEqual([]), PATIENCE);
    expect(seen.every((mine) => mine.length > 0)).toBe(true);
  });

  it('completes what a handler finishes, and redelivers what it throws at', async () => {
    const { client, sender, receiver } = await queue();
    const deliveryCounts: (number | undefined)[] = [];
    receiver.subscribe({
      processMessage: async ({ deliveryCount }) => {
        deliveryCounts.push(deliveryCount);
        if (deliveryCount === 0) throw new Error('the first attempt fails');
      },
      processError: async () => {},
    });
    await sender.sendMessages({ body: 'try twice' });
    await vi.waitFor(() => expect(deliveryCounts).toEqual([0, 1]), PATIENCE);
    await vi.waitFor(async () => expect(await peekBodies(client, 'jobs')).toEqual([]), PATIENCE);
  });

  it('shows messages in every state to those who peek, and locks none', async () => {
    const { client, sender, receiver } = await queue();
    await sender.sendMessages([{ body: 'locked' }, { body: 'deferred' }, { body: 'active' }]);
    await receiveOne(receiver);
    await receiver.deferMessage(await receiveOne(receiver));
    await sender.scheduleMessages({ body: 'scheduled' }, inSeconds(60));
    const peeked = await client.createReceiver('jobs').peekMessages(10);
    expect(peeked.map(({ body, state }) => [body, state] as unknown[])).toEqual([
      ['locked', 'active'],
      ['deferred', 'deferred'],
      ['active', 'active'],
      ['scheduled', 'scheduled'],
    ]);
    expect((await receiveOne(receiver)).body).toBe('active');
  });
});

describe('locks', () => {
  it('removes a completed message', async () => {
    const { client, sender, receiver } = await queue();
    await sender.sendMessages({ body: 'done' });
    await receiver.completeMessage(await receiveOne(receiver));
    expect(await peekBodies(client, 'jobs')).toEqual([]);
  });

  it('makes an abandoned message available again, counted and with what was added', async () => {
    const { sender, receiver } = await queue();
    await sender.sendMessages({ body: 'again', applicationProperties: { kept: 1 } });
    await receiver.abandonMessage(await receiveOne(receiver), { added: 'two' });
    expect(await receiveOne(receiver)).toMatchObject({
      body: 'again',
      deliveryCount: 1,
      applicationProperties: { kept: 1, added: 'two' },
    });
  });

  it('puts an abandoned message back in its place', async () => {
    const { sender, receiver } = await queue();
    await sender.sendMessages([{ body: 'first' }, { body: 'second' }]);
    await receiver.abandonMessage(await receiveOne(receiver));
    expect((await receiveOne(receiver)).body).toBe('first');
  });

  it('extends a lock that is renewed', async () => {
    const { sender, receiver, time } = await queue({ lockDurationSeconds: 30 });
    await sender.sendMessages({ body: 'slow work' });
    const message = await receiveOne(receiver);
    const before = message.lockedUntilUtc?.getTime() ?? 0;
    time.pass(20);
    const after = await receiver.renewMessageLock(message);
    expect(after.getTime()).toBeGreaterThanOrEqual(before + 20_000);
    time.pass(20);
    await receiver.completeMessage(message);
  });

  it('refuses to settle or renew after the lock has expired', async () => {
    const { sender, receiver, time } = await queue({ lockDurationSeconds: 30 });
    await sender.sendMessages({ body: 'too slow' });
    const message = await receiveOne(receiver);
    time.pass(31);
    for (const late of [receiver.completeMessage(message), receiver.renewMessageLock(message)]) {
      expect(await rejection(late)).toMatchObject({ code: 'MessageLockLost' });
    }
  });

  it('redelivers by itself when a lock expires, and counts the delivery', async () => {
    const { sender, receiver } = await queue({ lockDurationSeconds: 0.1 });
    await sender.sendMessages({ body: 'forgotten' });
    expect(await receiveOne(receiver)).toMatchObject({ deliveryCount: 0 });
    expect(await receiveOne(receiver)).toMatchObject({ body: 'forgotten', deliveryCount: 1 });
  });

  it('tells each of many settlements its own fate', async () => {
    const { client, sender, receiver, time } = await queue({ lockDurationSeconds: 30 });
    await sender.sendMessages(['lost', 'kept', 'lost', 'kept'].map((body) => ({ body })));
    const messages = await receiver.receiveMessages(4, { maxWaitTimeInMs: PATIENCE.timeout });
    time.pass(20);
    for (const message of messages.filter(({ body }) => body === 'kept')) {
      await receiver.renewMessageLock(message);
    }
    time.pass(20);
    const settled = await Promise.allSettled(
      messages.map((message) => receiver.completeMessage(message)),
    );
    expect(settled.map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await peekBodies(client, 'jobs')).toEqual(['lost', 'lost']);
  });

  it('keeps a message locked when its receiver goes, until the lock expires', async () => {
    const { client, sender, receiver } = await queue({ lockDurationSeconds: 30 });
    await sender.sendMessages({ body: 'held' });
    const message = await receiveOne(receiver);
    await receiver.close();
    const another = client.createReceiver('jobs');
    expect(await another.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);
    await another.completeMessage(message);
    expect(await peekBodies(client, 'jobs')).toEqual([]);
  });
});

describe('deferral', () => {
  it('gives a deferred message to those who know its sequence number only', async () => {
    const { client, sender, receiver } = await queue();
    await sender.sendMessages([{ body: 'later' }, { body: 'now' }]);
    const later = await receiveOne(receiver);
    await receiver.deferMessage(later, { because: 'waiting' });
    expect((await receiveOne(receiver)).body).toBe('now');
    const [deferred] = await receiver.receiveDeferredMessages(sequenceNumber(later));
    expect(deferred).toMatchObject({
      body: 'later',
      state: 'deferred',
      applicationProperties: { because: 'waiting' },
    });
    if (deferred !== undefined) await receiver.completeMessage(deferred);
    expect(await peekBodies(client, 'jobs')).toEqual(['now']);
  });

  it('refuses a sequence number that is not that of a deferred message', async () => {
    const { sender, receiver } = await queue();
    await sender.sendMessages({ body: 'active' });
    const [active] = await receiver.peekMessages(1);
    if (active === undefined) throw new Error('The message is missing.');
    const refused = receiver.receiveDeferredMessages(sequenceNumber(active));
    expect(await rejection(refused)).toMatchObject({ code: 'MessageNotFound' });
  });
});

describe('dead-lettering', () => {
  it('follows the last delivery that is allowed', async () => {
    const { client, sender, receiver, deadLetters } = await queue({ maxDeliveryCount: 2 });
    await sender.sendMessages({ body: 'poison' });
    for (const _ of [1, 2]) await receiver.abandonMessage(await receiveOne(receiver));
    const dead = await receiveOne(deadLetters);
    expect(dead).toMatchObject({
      body: 'poison',
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterErrorDescription: 'Message could not be consumed after 2 delivery attempts.',
      deadLetterSource: 'jobs',
    });
    expect(await peekBodies(client, 'jobs')).toEqual([]);
    await deadLetters.completeMessage(dead);
    expect(await deadLetters.peekMessages(1)).toEqual([]);
  });

  it('keeps the reason and the properties that a receiver gives', async () => {
    const { sender, receiver, deadLetters } = await queue();
    await sender.sendMessages({ body: 'bad', applicationProperties: { kind: 'video' } });
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: 'unreadable',
      deadLetterErrorDescription: 'it is not JSON',
      attempt: 3,
    });
    expect(await receiveOne(deadLetters)).toMatchObject({
      deadLetterReason: 'unreadable',
      deadLetterErrorDescription: 'it is not JSON',
      applicationProperties: { kind: 'video', attempt: 3 },
    });
  });

  it('is refused in a dead-letter queue, which keeps the message', async () => {
    const { sender, receiver, deadLetters } = await queue();
    await sender.sendMessages({ body: 'bad' });
    await receiver.deadLetterMessage(await receiveOne(receiver));
    const refused = deadLetters.deadLetterMessage(await receiveOne(deadLetters));
    expect((await rejection(refused)).message).toContain('is a dead-letter queue');
    expect(await deadLetters.peekMessages(1)).toHaveLength(1);
  });
});

describe('time to live', () => {
  it('drops an expired message', async () => {
    const { client, sender, time } = await queue();
    await sender.sendMessages([{ body: 'short', timeToLive: 5000 }, { body: 'long' }]);
    time.pass(6);
    expect(await peekBodies(client, 'jobs')).toEqual(['long']);
  });

  it('dead-letters an expired message when the entity asks for it', async () => {
    const { sender, deadLetters } = await queue({ deadLetteringOnExpiration: true });
    await sender.sendMessages({ body: 'stale', timeToLive: 20 });
    expect(await receiveOne(deadLetters)).toMatchObject({
      body: 'stale',
      deadLetterReason: 'TTLExpiredException',
    });
  });

  it('is at most that of the entity', async () => {
    const { client, sender, time } = await queue({ defaultTimeToLiveSeconds: 10 });
    await sender.sendMessages([{ body: 'none of its own' }, { body: 'long', timeToLive: 60_000 }]);
    time.pass(11);
    expect(await peekBodies(client, 'jobs')).toEqual([]);
  });

  it('does not end a message that is locked, nor one that is deferred', async () => {
    const { client, sender, receiver, time } = await queue({ lockDurationSeconds: 60 });
    await sender.sendMessages(['deferred', 'locked'].map((body) => ({ body, timeToLive: 5000 })));
    await receiver.deferMessage(await receiveOne(receiver));
    const locked = await receiveOne(receiver);
    time.pass(6);
    await receiver.completeMessage(locked);
    expect(await peekBodies(client, 'jobs')).toEqual(['deferred']);
  });
});

describe('scheduling', () => {
  it('delivers when the time has come, not before', async () => {
    const { sender, receiver } = await queue();
    const due = inSeconds(0.3);
    await sender.scheduleMessages({ body: 'scheduled' }, due);
    await sender.sendMessages({ body: 'sent', scheduledEnqueueTimeUtc: due });
    const messages = [await receiveOne(receiver), await receiveOne(receiver)];
    expect(messages).toMatchObject([
      { body: 'scheduled', enqueuedTimeUtc: due, state: 'active' },
      { body: 'sent', enqueuedTimeUtc: due, state: 'active' },
    ]);
  });

  it('forgets a message that is cancelled', async () => {
    const { client, sender, time } = await queue();
    const numbers = await sender.scheduleMessages([{ body: 'a' }, { body: 'b' }], inSeconds(60));
    const [first] = numbers;
    if (first === undefined) throw new Error('There is no sequence number.');
    await sender.cancelScheduledMessages(first);
    time.pass(61);
    expect(await peekBodies(client, 'jobs')).toEqual(['b']);
    const refused = await rejection(sender.cancelScheduledMessages(first));
    expect(refused).toMatchObject({ code: 'MessageNotFound' });
  });
});

describe('duplicate detection', () => {
  it('accepts and drops an id that it has seen within the window', async () => {
    const { client, sender, time } = await queue({ duplicateDetectionWindowSeconds: 60 });
    const send = (body: string) => sender.sendMessages({ body, messageId: 'same' });
    await send('first');
    await send('repeated');
    time.pass(61);
    await send('after the window');
    expect(await peekBodies(client, 'jobs')).toEqual(['first', 'after the window']);
  });

  it('remembers the id of a message that has been completed', async () => {
    const { client, sender, receiver } = await queue({ duplicateDetectionWindowSeconds: 60 });
    await sender.sendMessages({ body: 'first', messageId: 'same' });
    await receiver.completeMessage(await receiveOne(receiver));
    await sender.sendMessages({ body: 'repeated', messageId: 'same' });
    expect(await peekBodies(client, 'jobs')).toEqual([]);
  });

  it('is off unless the entity has a window', async () => {
    const { client, sender } = await queue();
    for (const body of ['first', 'second']) await sender.sendMessages({ body, messageId: 'same' });
    expect(await peekBodies(client, 'jobs')).toEqual(['first', 'second']);
  });
});

describe('sizes', () => {
  it('carries 255 KB', async () => {
    const { sender, receiver } = await queue();
    const body = Buffer.alloc(255 * 1024, 'x');
    await sender.sendMessages({ body });
    expect((await receiveOne(receiver)).body).toEqual(body);
  });

  it('refuses more than 256 KB, and goes on', async () => {
    const { client, sender } = await queue();
    const large = { body: Buffer.alloc(256 * 1024, 'x') };
    for (const refused of [
      sender.sendMessages(large),
      sender.scheduleMessages(large, inSeconds(60)),
    ]) {
      expect(await rejection(refused)).toMatchObject({ code: 'MessageSizeExceeded' });
    }
    await sender.sendMessages({ body: 'small' });
    expect(await peekBodies(client, 'jobs')).toEqual(['small']);
  });

  it('says how large a batch may be', async () => {
    const { sender } = await queue();
    const batch = await sender.createMessageBatch();
    expect(batch.maxSizeInBytes).toBe(256 * 1024);
    expect(batch.tryAddMessage({ body: Buffer.alloc(200 * 1024) })).toBe(true);
    expect(batch.tryAddMessage({ body: Buffer.alloc(100 * 1024) })).toBe(false);
  });
});

function inSeconds(seconds: number): Date {
  return new Date(Math.round(performance.timeOrigin + performance.now() + seconds * 1000));
}

function sequenceNumber(message: ServiceBusReceivedMessage) {
  if (message.sequenceNumber === undefined) throw new Error('There is no sequence number.');
  return message.sequenceNumber;
}
