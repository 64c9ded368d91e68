import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clock } from '../../../src/clock.ts';
import { clockIn } from '../../../src/local/azure-openai/clock.ts';
import { openClock } from '../../../src/local/functions-host/clock/host-clock.ts';
import { VirtualClock } from '../../../src/local/functions-host/clock/virtual-clock.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clock-'));
  file = join(directory, 'clock.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('a clock in a file', () => {
  it('tells the time that another process wrote last', () => {
    const kept = clockIn(file);

    writeFileSync(file, '{"now":"2030-01-01T00:00:00.000Z"}');
    expect(kept.now()).toBe(Date.UTC(2030, 0, 1));
    writeFileSync(file, '{"now":"2030-01-02T01:00:00+01:00"}   ');
    expect(kept.now()).toBe(Date.UTC(2030, 0, 2));
  });

  it('is the machine clock before it is there', () => {
    const before = clock().now();
    expect(clockIn(file).now()).toBeGreaterThanOrEqual(before);
  });

  it('says so when the file holds something else', () => {
    writeFileSync(file, '{"now":"soon"}');
    expect(() => clockIn(file).now()).toThrow('datetime');
  });

  it('goes with the virtual time of a functions host from the first moment on', async () => {
    const host = openClock({ virtual: true, until: 'now', stateDirectory: directory });
    const kept = clockIn(file);
    expect(kept.now()).toBe(host.now());

    const due = host.now() + 3_600_000;
    const seen = new Promise<number>((resolve) => host.at(due, () => resolve(kept.now())));
    if (host instanceof VirtualClock) host.pass(due);
    expect(await seen).toBe(due);
  });
});
