import path from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { runOrchestration } from './support/orchestration.ts';
import { startHost, temporaryDirectory } from './support/start-host.ts';

/**
 * The app's `functionTimeout` is five seconds; an orchestrator that blocks is named after two and given up
 * after four, which a worker on a busy machine does not reach by itself.
 */
test('functions that loop, block, hang or exit are named, and the rest goes on', async () => {
  const { url, lines } = await startHost('bad', { workers: 4, longestTurn: 4_000 });
  const log = (): string => lines.join('\n');
  const run = (name: string, input?: unknown) => runOrchestration(url, name, input);

  const looping = run('loopsForEver');
  const hanging = run('calls', { activity: 'neverEnds' });
  const blocking = run('blocks');
  expect(await (await fetch(`${url}/api/greeting`)).text()).toBe('Hello');

  expect(await blocking).toMatchObject({ runtimeStatus: 'Completed', output: 'Hello blocked' });
  expect(log()).toContain('the orchestrator blocks blocks its thread');

  const looped = await looping;
  expect(looped.runtimeStatus).toBe('Failed');
  expect(looped.output).toMatch(/loopsForEver took longer than 4 s.*give such work to activities/);
  await eventually(() =>
    expect(log()).toMatch(/Worker \d+ was ended: A turn of the orchestrator loopsForEver/),
  );

  const hung = await hanging;
  expect(hung.runtimeStatus).toBe('Failed');
  expect(hung.output).toContain('Timeout value of 00:00:05 was exceeded by function: neverEnds');

  const call = { activity: 'exitsOnce', input: path.join(temporaryDirectory(), 'mark') };
  expect(await run('calls', call)).toMatchObject({ output: 'survived' });
  expect(log()).toContain('exited with code 3; starting another');
});
