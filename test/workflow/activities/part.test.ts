import { afterEach, beforeEach, expect, it } from 'vitest';
import { finishJob } from '../../../src/workflow/activities/finish-job.ts';
import { publishEvents } from '../../../src/workflow/activities/publish-events.ts';
import { partId } from '../../../src/workflow/parts.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { World } from '../../support/in-memory/world.ts';
import { given, known, theKind } from './searched-job.ts';

let world: World;
let cleanUps: (() => void)[];

beforeEach(async () => {
  world = new World();
  cleanUps = [new VirtualClock().install(), known(theKind({ parts: theKind({}) }))];
  await given(world);
  for (const number of [1, 2]) {
    await given(world, { id: partId('job-1', number), part: { of: 'job-1', number } });
  }
});

afterEach(() => {
  for (const cleanUp of cleanUps) cleanUp();
});

function finish(number: number): Promise<null> {
  return finishJob(world.services(), { jobId: partId('job-1', number), status: 'succeeded' });
}

it('the last part that ends wakes the whole, also when it is told twice', async () => {
  await finish(1);
  expect(world.engine.wakes).toEqual([]);
  await finish(2);
  await finish(2);
  expect(world.engine.wakes).toEqual(['job-1', 'job-1']);
});

it('a part ends without an event, and is looked after no more', async () => {
  await finish(1);
  await publishEvents(world.services(), { jobId: partId('job-1', 1) });
  expect(world.topic).toEqual([]);
  expect([...world.index.marks.keys()]).toEqual(['job-1', partId('job-1', 2)]);
});
