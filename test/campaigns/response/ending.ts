import type { Job } from '../../../src/jobs/job.ts';
import { isTerminal } from '../../../src/jobs/status.ts';
import { describe, manifestAmong } from '../../support/in-memory/outputs.ts';
import type { StoredResponse } from '../../support/in-memory/stored-response.ts';
import type { World } from '../../support/in-memory/world.ts';
import type { Audit } from './audit.ts';

/** Looks at what is left when everything has come to rest. */
export function auditEnding(world: World, audit: Audit): void {
  for (const job of world.index.jobs()) {
    const say = (text: string) => audit.violation(`${job.id} (${job.status}): ${text}`);
    hasEnded(world, job, say);
    eventsWereSent(world, job, audit, say);
    wasPaidFor(world, job, say);
    isTrue(world, job, say);
    outputsAreWhole(world, job, say);
    placesAreFree(world, job, say);
  }
  if (world.index.marks.size > 0) audit.violation('a mark was left');
  secretsAreGone(world, audit);
}

type Say = (text: string) => void;

function hasEnded(world: World, job: Job, say: Say): void {
  if (!isTerminal(job.status)) say('it has not ended');
  if (!job.endedAt || !job.publishedAt) say('its end was not noted or not told');
  if (job.outbox.length > 0) say('events were left in the outbox');
}

function eventsWereSent(world: World, { id, sequence }: Job, audit: Audit, say: Say): void {
  const all = [...audit.decided.values()].filter(({ subject }) => subject === id);
  // This one stands between two numbers, for it must be told while no number can be given.
  const decided = all.filter(({ type }) => type !== 'longhaul.job.outputs-at-risk');
  const sent = new Set(world.topic.map((message) => message.id));
  const types = decided.map(({ type }) => type.slice('longhaul.job.'.length));
  for (const event of all) if (!sent.has(event.id)) say(`${event.id} was never sent`);
  if (decided.length !== sequence) say(`${decided.length} events, but the sequence is ${sequence}`);
  for (const once of ['queued', 'started']) {
    if (types.filter((type) => type === once).length > 1) say(`"${once}" was announced twice`);
  }
  const ends = types.filter((type) =>
    ['succeeded', 'failed', 'cancelled', 'expired'].includes(type),
  );
  if (ends.length !== 1) say(`it announced ${ends.length} ends: ${ends.join(', ')}`);
}

/** The work upstream that was made for a job, whatever the content it was accepted with. */
function responsesOf(world: World, { id }: Job): StoredResponse[] {
  return [...world.upstream.made.values()].filter(({ request }) =>
    String(request['input']).startsWith(`${id}:`),
  );
}

function wasPaidFor(world: World, job: Job, say: Say): void {
  const intents = world.index.intentsOf(job.id);
  const creates = world.upstream.requests.filter(({ method, path, body }) => {
    return (
      method === 'POST' &&
      path === '/responses' &&
      String((body as Job & { input: string }).input).startsWith(`${job.id}:`)
    );
  });
  if (creates.length > intents.length) {
    say(`${creates.length} creates were sent for ${intents.length} intents`);
  }
  const inputs = new Set(responsesOf(world, job).map(({ request }) => request['input']));
  if (inputs.size > 1) say('two different contents were sent under one id');
  const runsOn = responsesOf(world, job).filter(
    (response) => !response.hasEnded(Date.parse(job.endedAt ?? '')),
  );
  const told = job.warnings.length > 0 || job.choice !== undefined;
  if (runsOn.length > 0 && !told) say('work runs on upstream, and nobody is told');
}

/** A status must agree with what happened. */
function isTrue(world: World, job: Job, say: Say): void {
  const { status, error, endedAt = '' } = job;
  const upstream = job.upstream && world.upstream.made.get(job.upstream.id);
  const ended = upstream?.status(Date.parse(endedAt));
  if (status === 'succeeded' && ended !== 'completed') say(`upstream is ${ended}`);
  if (status === 'cancelled' && !job.cancelRequestedAt) say('nobody asked for that');
  if ((status === 'succeeded' || status === 'cancelled') && error) say(`it has an error`);
  if ((status === 'failed' || status === 'expired') && !error) say('it has no error');
  if (error?.code === 'deadline' && endedAt < job.deadline) say('its deadline had not passed');
}

function outputsAreWhole(world: World, job: Job, say: Say): void {
  const manifest = manifestAmong(world.outputs, job.id);
  if (job.hasManifest && !manifest) say('its manifest is missing');
  if (job.status === 'succeeded' && !job.hasManifest) say('it has no manifest');
  for (const file of manifest?.files ?? []) {
    const stored = world.outputs.get(`${job.id}/${file.name}`);
    const found = stored && JSON.stringify(describe(file.name, stored));
    if (found !== JSON.stringify(file)) say(`${file.name} is not what the manifest says`);
  }
}

/** Work that may still run keeps its place until the sweeper has seen its end. */
function placesAreFree(world: World, job: Job, say: Say): void {
  const { holders } = world.admission.desk(job.deployment);
  if (holders.some(({ jobId }) => jobId === job.id)) say('it still holds a place');
  if (world.admission.queue(job.deployment).some(({ jobId }) => jobId === job.id)) {
    say('it still waits for a place');
  }
}

function secretsAreGone(world: World, audit: Audit): void {
  for (const [path, text] of world.state) {
    audit.keepsSecret(`state/${path}`, text);
    if (path.includes('/requests/')) audit.violation(`state/${path} was left`);
  }
  for (const [path, text] of world.rejected) audit.keepsSecret(`rejected/${path}`, text);
  for (const [path, { content }] of world.outputs) {
    audit.keepsSecret(`outputs/${path}`, content.toString());
  }
}
