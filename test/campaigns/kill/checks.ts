import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Manifest } from '../../../src/jobs/manifest.ts';
import { isTerminal, type Status } from '../../../src/jobs/status.ts';
import type { Intent } from '../../../src/workflow/ports.ts';
import type { ReceivedEvent } from '../../support/event-log.ts';
import type { JobsApi } from '../../support/jobs-api.ts';
import type { Life } from './user.ts';

/** A job's life with what it left behind. */
export interface Traces {
  life: Life;
  intents: readonly Intent[];
  events: readonly ReceivedEvent[];
}

/** What must hold of a job once everything has come to rest. Each answer is one violation. */
export function* violationsOf({ life, intents, events }: Traces): Generator<string> {
  yield* endingViolations(life);
  const open = intents.filter(({ outcome }) => !outcome);
  if (open.length > 0) yield `${open.length} intents are still open`;
  yield* eventViolations(life, events);
}

function* endingViolations({ planned, ended, abandoned }: Life): Generator<string> {
  const { endings } = planned;
  if (endings.includes(ended.status)) return;
  if (abandoned && ended.error?.code === 'submission-abandoned') return;
  yield `it is ${ended.status} (${ended.error?.code}) instead of ${endings.join(' or ')}`;
}

/**
 * Nothing is paid for twice. Jobs that ask for exactly the same share what was paid.
 *
 * @param creates how many the simulator accepted, by request hash.
 */
export function* paymentViolations(
  traces: readonly Traces[],
  creates: { readonly [hash: string]: number },
): Generator<string> {
  const counted = traces.filter(({ life }) => life.planned.create !== undefined);
  for (const [hash, alike] of Map.groupBy(counted, ({ life }) => createHashOf(life.planned))) {
    const about = alike.map(({ life }) => life.planned.id).join(', ');
    const paid = creates[hash] ?? 0;
    const mayHaveCost = alike.flatMap(({ intents }) => intents.filter(mayBePaid)).length;
    const chosen = alike.reduce((sum, { life }) => sum + life.resubmissions, 0);
    if (paid > mayHaveCost) yield `${about}: ${paid} creates for ${mayHaveCost} intents`;
    if (paid > alike.length + chosen)
      yield `${about}: ${paid} creates, ${chosen} of them by choice`;
  }
}

function mayBePaid({ outcome }: Intent): boolean {
  return outcome?.outcome !== 'not-accepted';
}

/** The simulator's own hash: of the body as the kind sends it (docs/simulator.md). */
function createHashOf({ create }: Life['planned']): string {
  return createHash('sha256')
    .update(canonicalize(create) ?? '')
    .digest('hex');
}

function* eventViolations({ ended }: Life, events: readonly ReceivedEvent[]): Generator<string> {
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
  const { complete, files } = manifest.ok ? ((await manifest.json()) as Manifest) : NO_MANIFEST;
  if (ended.status === 'succeeded' && !complete) violations.push('its manifest is not complete');
  return [...violations, ...(await fileViolations(jobs, ended.id, files))];
}

/** A job that ended without outputs has none. */
const NO_MANIFEST: Pick<Manifest, 'complete' | 'files'> = { complete: false, files: [] };

async function fileViolations(
  jobs: JobsApi,
  jobId: string,
  files: Manifest['files'],
): Promise<string[]> {
  const violations: string[] = [];
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
