import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import * as df from 'durable-functions';
import { describe, expect, it, vi } from 'vitest';
import {
  EventType,
  type HistoryEvent,
} from '../../../../src/local/functions-host/durable/history-events.ts';
import { DurableStore } from '../../../../src/local/functions-host/durable/store.ts';
import { EngineFixture, newStatePath } from './engine-fixture.ts';

df.app.activity('echo', { handler: (input: unknown) => input });
df.app.orchestration('everything', function* (context) {
  const fan = [1, 2, 3].map((value) => context.df.callActivity('echo', value));
  const results: unknown = yield context.df.Task.all(fan);
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1000));
  const child: unknown = yield context.df.callSubOrchestrator('child', 'c');
  if (context.df.getInput() === 'first') {
    context.df.continueAsNew({ round: 2 });
    return undefined;
  }
  return [results, child];
});
df.app.orchestration('child', function* (context) {
  return (yield context.df.callActivity('echo', context.df.getInput())) as unknown;
});

const completed: HistoryEvent = {
  EventType: EventType.TaskCompleted,
  EventId: -1,
  TaskScheduledId: 7,
  Result: '1',
  Timestamp: '2030-01-01T00:00:00.000Z',
};

const raised: HistoryEvent = {
  EventType: EventType.EventRaised,
  EventId: -1,
  Name: 'news',
  Input: null,
  Timestamp: '2030-01-01T00:00:00.000Z',
};

describe('the state file', () => {
  it('belongs to one process', async () => {
    const path = newStatePath();
    const script = `
      const { DatabaseSync } = require('node:sqlite');
      const database = new DatabaseSync(${JSON.stringify(path)});
      database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; BEGIN IMMEDIATE; COMMIT');
      console.log('locked');
      setInterval(() => undefined, 1000);`;
    const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(other.stdout, 'data');
    expect(() => new DurableStore(path)).toThrow(/in use by another process.*Stop the other host/);
    other.kill('SIGKILL');
    await once(other, 'exit');
    new DurableStore(path).close();
  });

  it('of an unknown layout is refused', () => {
    const path = newStatePath();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version=99');
    database.close();
    expect(() => new DurableStore(path)).toThrow(/has layout 99; this host reads layout 2/);
  });

  it('keeps one completion per task of an execution', () => {
    const store = new DurableStore(':memory:');
    store.inbox.add('i', 'e1', completed);
    store.inbox.add('i', 'e1', completed);
    store.inbox.add('i', 'e2', completed);
    expect(store.inbox.read('i', 0)).toHaveLength(2);
    store.close();
  });

  it('gives back a history event by event, however it was appended', () => {
    const store = new DurableStore(':memory:');
    store.history.append('i', 0, ['{"a":"\\n"}', '{"b":2}']);
    store.history.append('i', 2, []);
    store.history.append('i', 2, ['{"c":3}']);
    expect(store.history.length('i')).toBe(3);
    expect(store.history.read('i')).toEqual(['{"a":"\\n"}', '{"b":2}', '{"c":3}']);
    expect(() => store.history.append('i', 2, ['{"again":3}'])).toThrow(/UNIQUE/);
    store.close();
  });

  it('keeps messages in order over a restart', () => {
    const path = newStatePath();
    const names = ['first', 'second', 'third'];
    for (const Name of names) {
      const store = new DurableStore(path);
      store.write(() => store.inbox.add('i', null, { ...raised, Name }));
      store.close();
    }
    const store = new DurableStore(path);
    expect(store.inbox.read('i', 0).map(({ event }) => event)).toMatchObject(
      names.map((Name) => ({ Name })),
    );
    store.close();
  });

  it('takes back everything of a write that fails, and nothing of those before it', () => {
    const store = new DurableStore(':memory:');
    const write = (): void => {
      store.inbox.add('i', 'e1', completed);
      throw new Error('half way');
    };
    store.write(() => store.inbox.add('before', 'e1', completed));
    expect(() => store.write(write)).toThrow('half way');
    store.commit();
    expect(store.inbox.read('i', 0)).toEqual([]);
    expect(store.inbox.read('before', 0)).toHaveLength(1);
    store.close();
  });
});

describe('a host that is killed', () => {
  /** Copies the state as a killed process would leave it: the file and its write-ahead log. */
  function snapshot(from: string): string {
    const to = newStatePath();
    for (const suffix of ['', '-wal'])
      if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
    return to;
  }

  function snapshotAfterEveryCommit(take: () => void): void {
    // oxlint-disable-next-line typescript/unbound-method -- called below with the store as its this
    const commit = DurableStore.prototype.commit;
    vi.spyOn(DurableStore.prototype, 'commit').mockImplementation(function (this: DurableStore) {
      commit.call(this);
      take();
    });
  }

  it('after any commit leaves a state that the next one completes', async () => {
    const statePath = newStatePath();
    const states: string[] = [];
    const host = new EngineFixture({ statePath });
    snapshotAfterEveryCommit(() => states.push(snapshot(statePath)));
    const id = await host.start('everything', 'first');
    const { output } = await host.waitFor(id, 'Completed');
    vi.restoreAllMocks();
    expect(output).toEqual([[1, 2, 3], 'c']);
    host.stop();
    expect(states.length).toBeGreaterThan(8);
    for (const state of states) {
      const next = new EngineFixture({ statePath: state });
      expect((await next.waitFor(id, 'Completed')).output).toEqual(output);
      next.stop();
    }
  });
});
