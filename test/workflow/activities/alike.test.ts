import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobError } from '../../../src/jobs/errors.ts';
import type { SubmissionOutcome, UpstreamJob } from '../../../src/kinds/kind.ts';
import { findSubmission } from '../../../src/workflow/activities/find-submission.ts';
import { settleSubmission } from '../../../src/workflow/activities/settle-submission.ts';
import { submitJob } from '../../../src/workflow/activities/submit-job.ts';
import type { ServicesWithEngine } from '../../../src/workflow/services.ts';
import type { FindResult, Steps } from '../../../src/workflow/steps.ts';
import type { Around } from '../../support/in-memory/around.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { World } from '../../support/in-memory/world.ts';
import { given, known, theKind } from './searched-job.ts';

const JOBS = ['job-1', 'job-2', 'job-3'];

/** More than any run of three jobs needs. */
const MANY = 100;

let uninstall: () => void;
beforeEach(() => {
  uninstall = new VirtualClock().install();
});
afterEach(() => uninstall());

/** Where things go wrong: what comes of each operation and each create, in turn; then all goes well. */
const fate = fc.constantFrom('works', 'works', 'works', 'fails', 'works and then fails');
const fates = fc.array(fate, { maxLength: 60 });
const answers = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 });

describe('jobs that ask for exactly the same', () => {
  it('have one piece of work each and pay for no more, whichever runs come twice, meet and fail', async () => {
    const property = fc.asyncProperty(
      fc.scheduler(),
      fates,
      answers,
      async (scheduler, ...luck) => {
        const scene = new Scene(scheduler, ...luck);
        const forget = known(scene.kind);
        try {
          await scene.begin();
          const owned = await scheduler.waitFor(Promise.all(JOBS.map((id) => scene.carry(id))));
          expect(owned.toSorted()).toEqual(scene.made.map(({ id }) => id).toSorted());
        } finally {
          forget();
        }
      },
    );
    await fc.assert(property, { numRuns: 150 });
  });
});

/** Three jobs and what was made of them upstream, where none can be told from another. */
class Scene {
  readonly made: UpstreamJob[] = [];
  readonly kind = theKind({
    submit: () => this.#submit(),
    find: async () =>
      this.made.length === 0
        ? { outcome: 'absent' }
        : { outcome: 'found', candidates: this.#turned(this.made) },
  });
  readonly #scheduler: fc.Scheduler;
  readonly #fates: string[];
  readonly #answers: boolean[];
  readonly #world = new World();
  #looks = 0;

  constructor(scheduler: fc.Scheduler, fates: readonly string[], answers: readonly boolean[]) {
    this.#scheduler = scheduler;
    this.#fates = [...fates];
    this.#answers = [...answers];
  }

  async begin(): Promise<void> {
    for (const id of JOBS) await given(this.#world, { id });
  }

  /** As the orchestration does. @returns the work that became the job's. */
  async carry(jobId: string): Promise<string> {
    for (let intent = 1; intent < MANY; intent += 1) {
      const submit = { jobId, intent };
      // Nobody settles or looks finally before an answer could no longer come.
      const runs = this.#runs((services) => submitJob(services, submit));
      const [sent] = await Promise.all(runs);
      if (sent?.outcome === 'accepted') return sent.upstreamId;
      const final = { ...submit, final: true };
      const settled = await this.#twice((services) => settleSubmission(services, final));
      if (settled.outcome === 'accepted') return settled.upstreamId;
      const found = await this.#look(final);
      if (found.outcome === 'accepted') return found.upstreamId;
    }
    throw new Error(`${jobId} is sent for ever`);
  }

  async #look(final: Steps['findSubmission']['input']): Promise<FindResult> {
    for (let look = 0; look < MANY; look += 1) {
      const found = await this.#twice((services) => findSubmission(services, final));
      if (found.outcome !== 'unreadable') return found;
    }
    throw new Error(`${final.jobId} is looked for for ever`);
  }

  /** The first result counts, and the other run goes on. */
  #twice<T>(activity: (services: ServicesWithEngine) => Promise<T>): Promise<T> {
    return Promise.race(this.#runs(activity));
  }

  #runs<T>(activity: (services: ServicesWithEngine) => Promise<T>): Promise<T>[] {
    const services = this.#world.services(this.#around);
    return [again(() => activity(services)), again(() => activity(services))];
  }

  readonly #around: Around = async (name, perform) => {
    await this.#scheduler.schedule(Promise.resolve(), name);
    const fate = this.#fates.shift() ?? 'works';
    if (fate === 'fails') throw new Error('Storage is away.');
    const result = await perform();
    if (fate === 'works and then fails') throw new Error('Storage is away.');
    return result;
  };

  async #submit(): Promise<SubmissionOutcome> {
    const upstream = { id: `video-${this.made.length + 1}` };
    this.made.push(upstream);
    await this.#scheduler.schedule(Promise.resolve(), 'the answer to a create');
    if (this.#answers.shift()) return { outcome: 'accepted', upstream };
    return { outcome: 'uncertain', error: jobError('submission-uncertain', 'No answer came.') };
  }

  /** Lists need not come in the same order each time. */
  #turned<T>(items: readonly T[]): T[] {
    const first = this.#looks++ % items.length;
    return [...items.slice(first), ...items.slice(0, first)];
  }
}

/** As the engine does with an activity that failed. */
async function again<T>(activity: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await activity();
    } catch (error) {
      if (attempt === MANY) throw error;
    }
  }
}
