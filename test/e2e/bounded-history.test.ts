import { afterEach, expect, it } from 'vitest';
import { clock } from '../../src/clock.ts';
import { until } from '../support/until.ts';
import { DurableApp } from '../histories/durable-app.ts';
import { world } from '../histories/run-job.ts';
import { aJob } from '../support/in-memory/a-job.ts';
import { MemoryUpstream } from '../support/in-memory/upstream.ts';
import { World } from '../support/in-memory/world.ts';

const POLLS = 2_000;

/** Design, rule 5. */
const MOST_EVENTS = 200;
const MOST_BYTES = 45 * 1_024;

/** What Azure adds to a history after the last turn of a generation. */
const CLOSING_EVENTS = 2;

let app: DurableApp | undefined;
afterEach(() => {
  app?.stop();
  world.current = undefined;
});

it('a job polled 2,000 times keeps every history short', async () => {
  const largest = new Map<string, { events: number; bytes: number }>();
  app = new DurableApp('2026-03-01T00:00:00.000Z', ({ text, history }) => {
    const bytes = Buffer.byteLength(text, 'utf8');
    largest.set(generationOf(text), { events: history.length + CLOSING_EVENTS, bytes });
  });
  // Polls come a minute apart, give or take a twentieth.
  const runsFor = (POLLS + 50) * 60_000;
  world.current = new World(new MemoryUpstream({ work: () => ({ runsFor, ends: 'completed' }) }));
  await world.current.services().state.putRequest('job-1', '0'.repeat(64), {
    model: 'o3',
    input: 'Take your time.',
  });
  const deadline = new Date(clock().now() + 7 * 86_400_000).toISOString();
  await world.current.services().index.insert(aJob({ deadline }));
  await app.run('job-1');
  const job = await until(
    async () => {
      const row = await world.current?.services().index.read('job-1');
      return row?.value.endedAt === undefined ? undefined : row.value;
    },
    { timeout: 50_000 },
  );

  expect(job.status).toBe('succeeded');
  expect(job.polls).toBeGreaterThanOrEqual(POLLS);
  expect(largest.size).toBeGreaterThan(POLLS / 20);
  for (const { events, bytes } of largest.values()) {
    expect(events).toBeLessThan(MOST_EVENTS);
    expect(bytes).toBeLessThan(MOST_BYTES);
  }
});

function generationOf(trigger: string): string {
  const id = /"ExecutionId":"([^"]+)"/.exec(trigger)?.[1];
  if (id === undefined) throw new Error('The history does not begin with its execution.');
  return id;
}
