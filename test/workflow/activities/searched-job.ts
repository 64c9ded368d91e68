import { aJob } from '../../support/in-memory/a-job.ts';
import type { World } from '../../support/in-memory/world.ts';
import type { Job } from '../../../src/jobs/job.ts';
import type { Kind } from '../../../src/kinds/kind.ts';
import { SUPPORTED_KINDS } from '../../../src/kinds/index.ts';
import { response } from '../../../src/kinds/response/response.ts';
import type { Intent } from '../../../src/workflow/ports.ts';

/** A kind with some of what responses have not, under a name that no real kind has yet. */
export function theKind(abilities: Partial<Kind>): Kind {
  return { ...response, name: 'fine-tuning', keepsUpstream: false, ...abilities };
}

/** Lets the app know the kind. @returns what takes it away again. */
export function known(kind: Kind): () => void {
  const kinds = SUPPORTED_KINDS as Kind[];
  kinds.push(kind);
  return () => void kinds.splice(kinds.indexOf(kind), 1);
}

/** A job of that kind, with its request stored. */
export async function given(world: World, fields: Partial<Job> = {}): Promise<void> {
  const job = aJob({ kind: 'fine-tuning', ...fields });
  const { index, state } = world.services();
  await state.putRequest(job.id, job.requestHash, { model: 'o3', input: job.id });
  await index.insert(job);
}

/** The first intent of a job. */
export function intentOf(world: World, jobId: string): Intent {
  const intent = world.index.intent(jobId, 1);
  if (!intent) throw new Error(`${jobId} has no intent`);
  return intent;
}
