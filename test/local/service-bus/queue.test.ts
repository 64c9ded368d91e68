import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LockToken } from '../../../src/local/service-bus/lock-token.ts';
import type { Message, MessageState } from '../../../src/local/service-bus/message.ts';
import { Queue, type MessageJournal } from '../../../src/local/service-bus/queue.ts';

const LOCK_DURATION = 50;
const MAX_DELIVERY_COUNT = 3;

/** A disk that a queue can be recovered from. */
class Disk implements MessageJournal {
  readonly rows = new Map<number, Message>();
  lastSequenceNumber = 0;

  insert(message: Message): void {
    this.update(message);
  }

  update(message: Message): void {
    this.rows.set(message.id, { ...message });
    this.lastSequenceNumber = Math.max(this.lastSequenceNumber, message.sequenceNumber);
  }

  remove(message: Message): void {
    this.rows.delete(message.id);
  }

  stored() {
    const rows = [...this.rows.values()].sort((a, b) => a.sequenceNumber - b.sequenceNumber);
    const messages = rows.map((row) => ({ message: { ...row, lock: undefined }, row }));
    return {
      lastSequenceNumber: this.lastSequenceNumber,
      messages: messages.map(({ message }) => message),
      interrupted: messages.filter(({ row }) => row.lock).map(({ message }) => message),
    };
  }
}

/** The queue under test, the disk behind it, and what it dead-lettered. */
class System {
  readonly disk = new Disk();
  readonly deadLetters: { id: number; reason: string | undefined }[] = [];
  queue = this.#open();

  restart(now: number): void {
    this.queue = this.#open();
    this.queue.recover(this.disk.stored(), now);
  }

  #open(): Queue {
    return new Queue(
      {
        lockDurationMilliseconds: LOCK_DURATION,
        maxDeliveryCount: MAX_DELIVERY_COUNT,
        defaultTimeToLiveMilliseconds: Infinity,
        deadLetteringOnExpiration: true,
      },
      this.disk,
      ({ id }, { reason }) => this.deadLetters.push({ id, reason }),
    );
  }
}

interface ModelMessage {
  id: number;
  sequenceNumber: number;
  state: MessageState;
  due: number;
  expiresAt: number;
  deliveryCount: number;
  lockedUntil: number | undefined;
  token: LockToken | undefined;
}

/** The same rules said naively, by going through all messages. */
class Model {
  now = 0;
  nextId = 1;
  lastSequenceNumber = 0;
  messages: ModelMessage[] = [];
  deadLetters: { id: number; reason: string }[] = [];
  readonly tokens = new Set<LockToken>();

  get available(): ModelMessage[] {
    return this.messages
      .filter(({ state, lockedUntil }) => state === 'active' && lockedUntil === undefined)
      .sort((a, b) => a.sequenceNumber - b.sequenceNumber);
  }

  get locked(): ModelMessage[] {
    return this.messages.filter(({ lockedUntil }) => lockedUntil !== undefined);
  }

  remove(message: ModelMessage): void {
    this.messages = this.messages.filter((other) => other !== message);
  }

  deadLetter(message: ModelMessage, reason: string): void {
    this.deadLetters.push({ id: message.id, reason });
    this.remove(message);
  }

  unlock(message: ModelMessage): void {
    message.lockedUntil = undefined;
    message.token = undefined;
  }

  abandon(message: ModelMessage): void {
    message.deliveryCount += 1;
    if (message.deliveryCount >= MAX_DELIVERY_COUNT) {
      this.deadLetter(message, 'MaxDeliveryCountExceeded');
    }
    this.unlock(message);
  }

  advance(milliseconds: number): void {
    this.now += milliseconds;
    const due = this.messages.filter((m) => m.state === 'scheduled' && m.due <= this.now);
    for (const message of due.sort((a, b) => a.due - b.due || a.id - b.id)) {
      message.state = 'active';
      message.sequenceNumber = ++this.lastSequenceNumber;
    }
    const lost = this.locked.filter(({ lockedUntil = 0 }) => lockedUntil <= this.now);
    for (const message of lost) this.abandon(message);
    const expired = this.available.filter(({ expiresAt }) => expiresAt <= this.now);
    for (const message of expired) this.deadLetter(message, 'TTLExpiredException');
  }
}

type QueueCommand = fc.Command<Model, System>;

function command(name: string, run: (model: Model, system: System) => void): QueueCommand {
  return {
    check: () => true,
    run: (model, system) => {
      run(model, system);
      expectAgreement(model, system);
    },
    toString: () => name,
  };
}

/** A command about one of the messages that are locked, if there are any. */
function settling(
  name: string,
  pick: number,
  act: (model: Model, theirs: ModelMessage, queue: Queue, ours: Message) => void,
): QueueCommand {
  const choose = (model: Model) => model.locked[pick % model.locked.length];
  return {
    check: (model) => model.locked.length > 0,
    run: (model, system) => {
      const theirs = choose(model);
      const ours = system.queue.locked(theirs?.token ?? '', model.now);
      if (theirs === undefined || ours === undefined) throw new Error('The lock is unknown.');
      act(model, theirs, system.queue, ours);
      expectAgreement(model, system);
    },
    toString: () => `${name} locked message ${pick}`,
  };
}

function view(message: Message | ModelMessage) {
  const { id, sequenceNumber, state, deliveryCount } = message;
  const locked = 'lock' in message ? message.lock !== undefined : message.token !== undefined;
  return { id, sequenceNumber, state, deliveryCount, locked };
}

function expectAgreement(model: Model, { queue, disk, deadLetters }: System): void {
  model.advance(0); // a message whose time is over expires as soon as its lock is gone
  const expected = [...model.messages]
    .sort((a, b) => a.sequenceNumber - b.sequenceNumber)
    .map(view);
  expect(queue.peek(0, Infinity, model.now).map(view)).toEqual(expected);
  expect(
    [...disk.rows.values()].map(view).sort((a, b) => a.sequenceNumber - b.sequenceNumber),
  ).toEqual(expected);
  expect(queue.next(model.now)?.id).toBe(model.available[0]?.id);
  const valid = [...model.tokens].filter((token) => queue.locked(token, model.now) !== undefined);
  expect(new Set(valid)).toEqual(new Set(model.locked.map(({ token }) => token)));
  expect([...deadLetters].sort(byId)).toEqual([...model.deadLetters].sort(byId));
}

function byId(left: { id: number }, right: { id: number }): number {
  return left.id - right.id;
}

function lockBoth(model: Model, { queue }: System, theirs: ModelMessage, ours: Message): void {
  theirs.token = queue.lock(ours, model.now);
  model.tokens.add(theirs.token);
  theirs.lockedUntil = model.now + LOCK_DURATION;
}

const enqueue = fc
  .record({
    timeToLive: fc.constantFrom(20, 200, Infinity),
    delay: fc.constantFrom(0, 0, 0, 30, 90),
  })
  .map(({ timeToLive, delay }) =>
    command(`enqueue to live ${timeToLive}, due in ${delay}`, (model, { queue }) => {
      const id = model.nextId++;
      const due = model.now + delay;
      queue.enqueue({ id, timeToLive, scheduledFor: due }, model.now);
      model.messages.push({
        id,
        sequenceNumber: ++model.lastSequenceNumber,
        state: delay > 0 ? 'scheduled' : 'active',
        due,
        expiresAt: due + timeToLive,
        deliveryCount: 0,
        lockedUntil: undefined,
        token: undefined,
      });
    }),
  );

const receive = fc.constant(
  command('receive', (model, system) => {
    const ours = system.queue.next(model.now);
    const [theirs] = model.available;
    if (ours !== undefined && theirs !== undefined) lockBoth(model, system, theirs, ours);
  }),
);

const receiveAndDelete = fc.constant(
  command('receive and delete', (model, { queue }) => {
    const ours = queue.next(model.now);
    const [theirs] = model.available;
    if (ours !== undefined) queue.complete(ours);
    if (theirs !== undefined) model.remove(theirs);
  }),
);

const receiveDeferred = fc.nat(9).map((pick) =>
  command(`receive deferred message ${pick}`, (model, system) => {
    const deferred = model.messages.filter((m) => m.state === 'deferred' && m.token === undefined);
    const theirs = deferred[pick % deferred.length];
    if (theirs === undefined) return;
    const ours = system.queue.deferred(theirs.sequenceNumber, model.now);
    if (ours === undefined) throw new Error('The deferred message is missing.');
    lockBoth(model, system, theirs, ours);
  }),
);

const cancel = fc.nat(9).map((pick) =>
  command(`cancel scheduled message ${pick}`, (model, { queue }) => {
    const scheduled = model.messages.filter(({ state }) => state === 'scheduled');
    const theirs = scheduled[pick % scheduled.length];
    const ours = queue.scheduled(theirs?.sequenceNumber ?? -1, model.now);
    if (ours !== undefined) queue.complete(ours);
    if (theirs !== undefined) model.remove(theirs);
  }),
);

const settlements = fc.nat(9).chain((pick) =>
  fc.constantFrom(
    settling('complete', pick, (model, theirs, queue, ours) => {
      queue.complete(ours);
      model.remove(theirs);
    }),
    settling('abandon', pick, (model, theirs, queue, ours) => {
      queue.abandon(ours, model.now);
      model.abandon(theirs);
    }),
    settling('release', pick, (model, theirs, queue, ours) => {
      queue.release(ours);
      model.unlock(theirs);
    }),
    settling('defer', pick, (model, theirs, queue, ours) => {
      queue.defer(ours);
      model.unlock(theirs);
      theirs.state = 'deferred';
    }),
    settling('dead-letter', pick, (model, theirs, queue, ours) => {
      queue.deadLetter(ours, { reason: 'asked for' }, model.now);
      model.deadLetter(theirs, 'asked for');
    }),
    settling('renew', pick, (model, theirs, queue, ours) => {
      theirs.lockedUntil = queue.renew(ours, model.now);
      expect(theirs.lockedUntil).toBe(model.now + LOCK_DURATION);
    }),
  ),
);

const advance = fc.constantFrom(1, 10, 25, 50, 120).map((milliseconds) =>
  command(`${milliseconds} ms pass`, (model, { queue }) => {
    const deadline = queue.nextDeadline();
    model.advance(milliseconds);
    queue.advance(model.now);
    expect(queue.nextDeadline()).toBeGreaterThan(Math.min(model.now, deadline));
  }),
);

const restart = fc.constant(
  command('restart', (model, system) => {
    system.restart(model.now);
    for (const message of model.locked) model.abandon(message);
    model.advance(0);
    system.queue.advance(model.now);
  }),
);

describe('a queue', () => {
  it('agrees with a naive model, and its disk with it, over every sequence of commands', () => {
    const commands = fc.commands(
      [
        enqueue,
        enqueue,
        receive,
        receive,
        receiveAndDelete,
        receiveDeferred,
        cancel,
        settlements,
        settlements,
        advance,
        restart,
      ],
      { maxCommands: 150, size: 'max' },
    );
    fc.assert(
      fc.property(commands, (sequence) => {
        fc.modelRun(() => ({ model: new Model(), real: new System() }), sequence);
      }),
      { numRuns: 200 },
    );
  });
});
