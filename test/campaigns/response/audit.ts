import { clock } from '../../../src/clock.ts';
import { LonghaulError } from '../../../src/jobs/errors.ts';
import type { JobEvent } from '../../../src/jobs/events.ts';
import type { Job } from '../../../src/jobs/job.ts';
import { isTerminal } from '../../../src/jobs/status.ts';
import { LONGEST_WAIT } from '../../../src/workflow/pace.ts';
import type { Answer, Effect } from '../../../src/workflow/orchestration.ts';
import type { Intent } from '../../../src/workflow/ports.ts';
import type { Step } from '../../../src/workflow/steps.ts';
import type { World } from '../../support/in-memory/world.ts';
import type { Recorder } from './engine.ts';
import { OutageError } from './weather.ts';

/** Of one generation: activities, and characters of what its history holds (design, rule 5). */
const MOST_ACTIVITIES = 20;
const MOST_CHARACTERS = 45_000;

/** What may change of a job that has ended: its events are sent. */
const AFTER_THE_END = new Set(['outbox', 'publishedAt']);

/** Looks on while a campaign runs, at every write and everything that an engine would keep. */
export class Audit implements Recorder {
  readonly violations = new Set<string>();
  /** Every event that was ever decided, by id. */
  readonly decided = new Map<string, JobEvent>();
  operations = 0;
  readonly #world: World;
  readonly #secrets: readonly string[];
  readonly #rows = new Map<string, { record: string; job: Job }>();
  readonly #uncertain = new Set<string>();
  readonly #intents = new Map<string, string>();
  readonly #histories = new Map<string, { activities: number; characters: number }>();
  readonly #bodies = new Map<string, string>();
  #sent = 0;
  #noted = 0;

  constructor(world: World, secrets: readonly string[]) {
    this.#world = world;
    this.#secrets = secrets;
  }

  violation(text: string): void {
    this.violations.add(text);
  }

  /** Sees the world right after an operation on it. */
  witness(operation: string): void {
    this.operations += 1;
    if (operation === 'index.insert' || operation === 'index.replace') this.#lookAtRows();
    if (operation === 'index.insertIntent' || operation === 'index.resolveIntent') {
      this.#lookAtIntents();
    }
    if (operation === 'publisher.send') this.#lookAtTopic();
    if (operation === 'upstream.post') this.#lookAtPlaces();
    this.#lookAtJournal();
  }

  began(jobId: string): void {
    this.#histories.set(jobId, { activities: 0, characters: 0 });
  }

  recorded(jobId: string, entry: Effect | Answer): void {
    const text = JSON.stringify(entry);
    this.keepsSecret('the history', text);
    const history = this.#histories.get(jobId);
    if (!history) return this.violation(`${jobId}: an effect before its generation began`);
    history.characters += text.length;
    if ('do' in entry && entry.do === 'act') history.activities += 1;
    if (history.activities > MOST_ACTIVITIES || history.characters > MOST_CHARACTERS) {
      this.violation(`${jobId}: the history of a generation grew to ${JSON.stringify(history)}`);
    }
    if ('do' in entry && entry.do === 'wait' && entry.until - clock().now() > LONGEST_WAIT) {
      this.violation(`${jobId}: a wait of more than ten minutes`);
    }
  }

  diverged(jobId: string, effect: Effect, again: Effect): void {
    this.violation(`${jobId}: ${JSON.stringify(effect)} became ${JSON.stringify(again)} on replay`);
  }

  threw(jobId: string, { name }: Step, error: unknown): void {
    // A run that others overtook may find what it needed taken away, for the job is at its end.
    if (this.#world.state.has(`${jobId}/request.json`)) return;
    this.#foreseen(`${jobId}: ${name}`, error);
  }

  /** An outage may make anything fail; nothing else may. */
  #foreseen(who: string, error: unknown): void {
    if (error instanceof OutageError || error instanceof LonghaulError) return;
    this.violation(`${who} threw ${error instanceof Error ? error.stack : String(error)}`);
  }

  keepsSecret(place: string, text: string): void {
    for (const secret of this.#secrets) {
      if (text.includes(secret)) this.violation(`a secret is in ${place}: ${text.slice(0, 400)}`);
    }
  }

  #lookAtRows(): void {
    for (const [id, { record }] of this.#world.index.rows) {
      const before = this.#rows.get(id);
      if (before?.record === record) continue;
      const job = JSON.parse(record) as Job;
      this.#rows.set(id, { record, job });
      this.keepsSecret('a row', record);
      for (const event of job.outbox) this.#decide(event);
      if (before) this.#compareRows(before.job, job);
    }
  }

  #decide(event: JobEvent): void {
    const known = this.decided.get(event.id);
    if (known && JSON.stringify(known) !== JSON.stringify(event)) {
      this.violation(`the event ${event.id} was decided twice, differently`);
    }
    this.decided.set(event.id, event);
  }

  #compareRows(before: Job, after: Job): void {
    if (after.intent < before.intent) this.violation(`${after.id}: its intent went back`);
    if (after.sequence < before.sequence) this.violation(`${after.id}: its sequence went back`);
    if (!isTerminal(before.status)) return;
    const changed = Object.keys({ ...before, ...after }).filter(
      (name) =>
        JSON.stringify(before[name as keyof Job]) !== JSON.stringify(after[name as keyof Job]),
    );
    const forbidden = changed.filter((name) => !AFTER_THE_END.has(name));
    if (forbidden.length > 0) {
      this.violation(
        `${after.id}: ${forbidden.join(', ')} changed after the end (${before.status})`,
      );
    }
  }

  #lookAtIntents(): void {
    for (const [key, record] of this.#world.index.intents) {
      if (this.#intents.get(key) === record) continue;
      const intent = JSON.parse(record) as Intent;
      if (!this.#intents.has(key)) this.#allowed(intent);
      if (intent.outcome?.outcome === 'uncertain') this.#uncertain.add(key);
      this.#intents.set(key, record);
      this.keepsSecret('an intent', record);
    }
  }

  /** A second intent only after the first was shown not accepted, or by the user's choice (rule 1). */
  #allowed({ jobId, number }: Intent): void {
    if (number === 1) return;
    const before = this.#world.index.intent(jobId, number - 1);
    if (before?.outcome?.outcome === 'not-accepted') return;
    const job = this.#world.index.job(jobId);
    if (job?.choice?.intent === number - 1 && job.choice.action === 'resubmit') return;
    const beforehand = job?.options.onUncertainSubmission === 'resubmit';
    if (beforehand && this.#uncertain.has(`${jobId}/${number - 1}`)) return;
    this.violation(`${jobId}: intent ${number} after one that was ${before?.outcome?.outcome}`);
  }

  /** Work of jobs that have ended may be running on: they were told so. */
  #lookAtPlaces(): void {
    const { concurrent } = this.#world.deployment.limits;
    if (concurrent === undefined) return;
    const running = [...this.#world.upstream.made.values()].filter((response) => {
      const [jobId = ''] = String(response.request['input']).split(':');
      const status = this.#world.index.job(jobId)?.status;
      return !response.hasEnded(clock().now()) && status !== undefined && !isTerminal(status);
    });
    if (running.length > concurrent) {
      const ids = running.map(({ request }) => String(request['input']).split(':')[0]);
      this.violation(`${running.length} pieces of work run at once: ${ids.join(', ')}`);
    }
  }

  #lookAtTopic(): void {
    for (const { id, body, properties } of this.#world.topic.slice(this.#sent)) {
      this.keepsSecret('an event', body + JSON.stringify(properties));
      const decided = this.decided.get(id);
      const before = decided ? JSON.stringify(decided) : (this.#bodies.get(id) ?? body);
      if (before !== body) {
        this.violation(`the event ${id} was sent with other bytes than were decided`);
      }
      this.#bodies.set(id, body);
    }
    this.#sent = this.#world.topic.length;
  }

  #lookAtJournal(): void {
    for (const line of this.#world.journal.slice(this.#noted)) {
      this.keepsSecret('the log', JSON.stringify(line));
    }
    this.#noted = this.#world.journal.length;
  }
}
