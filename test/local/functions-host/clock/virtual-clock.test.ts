import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { VirtualClock } from '../../../../src/local/functions-host/clock/virtual-clock.ts';
import { InvocationHold } from '../../../../src/local/functions-host/clock/invocation-hold.ts';
import { eventually } from '../support/eventually.ts';

function clockAt(now: number, until: number | null = null) {
  const advances: number[] = [];
  const clock = new VirtualClock({ now, until, advanced: (time) => advances.push(time) });
  return { clock, advances };
}

/** Many turns of the event loop: a clock that could go on has done so by then. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('virtual time', () => {
  test('jumps from due thing to due thing, in order', async () => {
    const { clock, advances } = clockAt(0);
    const fired: [string, number][] = [];
    for (const [name, due] of [
      ['late', 9_000],
      ['early', 1_000],
    ] as const) {
      clock.at(due, () => fired.push([name, clock.now()]));
    }
    await eventually(() => expect(fired).toHaveLength(2));
    expect(fired).toEqual([
      ['early', 1_000],
      ['late', 9_000],
    ]);
    expect(advances).toEqual([1_000, 9_000]);
  });

  test('stands still while anything holds it', async () => {
    const { clock } = clockAt(0);
    const release = clock.hold();
    clock.at(1_000, () => undefined);
    await turns();
    expect(clock.now()).toBe(0);
    release();
    await eventually(() => expect(clock.now()).toBe(1_000));
  });

  test('a hand-over that leaves nothing held for an instant does not let it slip', async () => {
    const { clock } = clockAt(0);
    const first = clock.hold();
    clock.at(1_000, () => undefined);
    first();
    await Promise.resolve();
    const second = clock.hold();
    await turns();
    expect(clock.now()).toBe(0);
    second();
  });

  test('what is due already happens although something holds time', async () => {
    const { clock } = clockAt(5_000);
    clock.hold();
    const due = vi.fn();
    clock.at(5_000, due);
    await eventually(() => expect(due).toHaveBeenCalledOnce());
  });

  test('does not pass its bound, and goes on when the bound moves', async () => {
    const { clock } = clockAt(0, 1_500);
    clock.at(1_000, () => undefined);
    clock.at(2_000, () => undefined);
    await eventually(() => expect(clock.now()).toBe(1_000));
    await turns();
    expect(clock.now()).toBe(1_000);
    expect(clock.next).toBe(2_000);
    clock.pass(null);
    await eventually(() => expect(clock.now()).toBe(2_000));
  });

  test('jumps a step beyond what is due, so that all of a step happens together, in order', async () => {
    const { clock, advances } = clockAt(0, 0);
    const fired: number[] = [];
    for (const due of [4_000, 1_000, 9_000, 20_000]) clock.at(due, () => fired.push(due));
    clock.pass(10_500, 5_000);
    await eventually(() => expect(fired).toEqual([1_000, 4_000, 9_000]));
    expect(advances).toEqual([6_000, 10_500]);
    await turns();
    expect(clock.now()).toBe(10_500);
  });

  test('rests before it jumps far, unless a bound asks for it', async () => {
    const { clock } = clockAt(0);
    clock.at(60_000, () => undefined);
    await turns();
    expect(clock.now()).toBe(0);
    await eventually(() => expect(clock.now()).toBe(60_000));

    clock.at(120_000, () => undefined);
    clock.pass(600_000);
    await turns();
    expect(clock.now()).toBe(120_000);
  });

  test('what is due at the same moment happens together, although the first holds time', async () => {
    const { clock } = clockAt(0);
    const second = vi.fn();
    clock.at(1_000, () => void clock.hold());
    clock.at(1_000, second);
    await eventually(() => expect(second).toHaveBeenCalledOnce());
  });

  test('what was cancelled neither happens nor moves time', async () => {
    const { clock } = clockAt(0);
    const never = vi.fn();
    clock.at(1_000, never).cancel();
    await turns();
    expect(never).not.toHaveBeenCalled();
    expect(clock.now()).toBe(0);
  });

  test('never goes back, whatever is due in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 8 }),
        async (dues) => {
          const { clock } = clockAt(0);
          const seen: number[] = [];
          for (const due of dues) clock.at(due, () => seen.push(clock.now()));
          await eventually(() => expect(seen).toHaveLength(dues.length));
          const expected = dues.map((due) => Math.max(due, 0)).sort((one, other) => one - other);
          expect(seen).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('an invocation that sleeps', () => {
  test('lets time go on while one of its sleeps lasts, and holds it when all are over', () => {
    const { clock } = clockAt(0);
    const hold = new InvocationHold(clock);
    expect(clock.holds).toBe(1);
    hold.sleepBegan();
    hold.sleepBegan();
    expect(clock.holds).toBe(0);
    hold.sleepEnded();
    expect(clock.holds).toBe(0);
    hold.sleepEnded();
    expect(clock.holds).toBe(1);
    hold.end();
    expect(clock.holds).toBe(0);
  });

  test('holds nothing any more when it ended before its sleep did', () => {
    const { clock } = clockAt(0);
    const hold = new InvocationHold(clock);
    hold.sleepBegan();
    hold.end();
    hold.sleepEnded();
    expect(clock.holds).toBe(0);
  });
});
