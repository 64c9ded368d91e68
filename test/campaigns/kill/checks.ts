import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Manifest } from '../../../src/jobs/manifest.ts';
import { isTerminal, type Status } from '../../../src/jobs/status.ts';
import type { Intent } from '../../../src/workflow/ports.ts';
import type { ReceivedEvent } from '../../support/event-log.ts';
import type { JobsApi } from '../../support/jobs-api.ts';
import { requestOf, type Life } from './user.ts';

/** What must hold of a job once everything has come to rest. Each answer is one violation. */
export function* violationsOf(
  life: Life,
  seen: { creates: Record<string, number>; intents: readonly Intent[]; events: ReceivedEvent[] },
): Generator<string> {
  yield* endingViolations(life);
  yield* paymentViolations(life, seen.creates, seen.intents);
  yield* eventViolations(life, seen.events);
}

function* endingViolations({ planned, ended, abandoned }: Life): Generator<string> {
  const possible = possibleEndings(planned.fate);
  if (possible.includes(ended.status)) return;
  if (abandoned && ended.error?.code === 'submission-abandoned') return;
  yield `it is ${ended.status} (${ended.error?.code}) instead of ${possible.join(' or ')}`;
}

function possibleEndings(fate: Life['planned']['fate']): Status[] {
  if (fate === 'failing') return ['failed', 'succeeded'];
  return fate === 'cancelled' ? ['cancelled', 'succeeded'] : ['succeeded'];
}

function* paymentViolations(
  { planned, resubmissions }: Life,
  creates: Record<string, number>,
  intents: readonly Intent[],
): Generator<string> {
  const paid = creates[createHashOf(planned)] ?? 0;
  const mayHaveCost = intents.filter(({ outcome }) => outcome?.outcome !== 'not-accepted');
  if (paid > mayHaveCost.length) yield `${paid} creates for ${mayHaveCost.length} intents`;
  if (paid > 1 + resubmissions) yield `${paid} creates, ${resubmissions} of them by choice`;
  const open = intents.filter(({ outcome }) => !outcome);
  if (open.length > 0) yield `${open.length} intents are still open`;
}

/** The simulator's own hash: of the body as the kind sends it (docs/simulator.md). */
function createHashOf(planned: Life['planned']): string {
  const body = { ...requestOf(planned), background: true, store: true };
  return createHash('sha256')
    .update(canonicalize(body) ?? '')
    .digest('hex');
}

function* eventViolations({ ended }: Life, events: ReceivedEvent[]): Generator<string> {
  const terminal = events.filter(({ data }) => isTerminal(data['status'] as Status));
  const ids = new Set(terminal.map(({ messageId }) => messageId));
  if (ids.size !== 1) yield `${ids.size} terminal events: ${[...ids].join(', ')}`;
  if (terminal.some(({ data }) => data['status'] !== ended.status)) yield 'another status is told';
  for (const [id, repeats] of Map.groupBy(events, ({ messageId }) => messageId)) {
    if (new Set(repeats.map(({ text }) => text)).size > 1) yield `${id} comes in different bytes`;
  }
}

/** The status never changes again, and every file is what the manifest says. */
export async function lastingViolations({ ended }: Life, jobs: JobsApi): Promise<string[]> {
  const violations: string[] = [];
  const again = await jobs.job(ended.id);
  if (again?.status !== ended.status || again.endedAt !== ended.endedAt) {
    violations.push(`it was ${ended.status} and is ${again?.status}`);
  }
  const manifest = await fetch(`${jobs.base}/jobs/${ended.id}/outputs/manifest.json`);
  if (manifest.ok) violations.push(...(await fileViolations(jobs, await manifest.json())));
  else if (ended.status === 'succeeded') violations.push('it has no manifest');
  return violations;
}

async function fileViolations(jobs: JobsApi, manifest: unknown): Promise<string[]> {
  const { jobId, complete, files } = manifest as Manifest;
  const violations = complete ? [] : ['its manifest is not complete'];
  for (const { name, bytes, sha256 } of files) {
    const response = await fetch(`${jobs.base}/jobs/${jobId}/outputs/${name}`);
    const content = Buffer.from(await response.arrayBuffer());
    const actual = createHash('sha256').update(content).digest('hex');
    if (content.length !== bytes || actual !== sha256) {
      violations.push(`${name} has ${content.length} bytes and ${actual}, not ${bytes}, ${sha256}`);
    }
  }
  return violations;
}
