import { expect, onTestFinished } from 'vitest';
import type { JobEvent } from '../../../src/jobs/events.ts';
import type { Upstream } from '../../../src/kinds/upstream.ts';
import type { JobDocument } from '../../../src/jobs/job.ts';
import type { ServicesWithEngine } from '../../../src/workflow/services.ts';
import { accept } from '../../../src/workflow/gate.ts';
import { listWatchedWork } from '../../../src/workflow/listing.ts';
import { readEnvelope } from '../../../src/jobs/envelope.ts';
import { MemoryBatchAccount, type BatchScript } from '../../support/in-memory/batch-account.ts';
import { CalmEngine } from '../../support/in-memory/calm-engine.ts';
import { MemoryUpstream } from '../../support/in-memory/upstream.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { DEPLOYMENT, World } from '../../support/in-memory/world.ts';

const DAY = 86_400_000;

/** Minutes between two lists, as the timer has them. */
const LIST_EVERY = 3 * 60_000;

/** Rows as people write them: one JSON object a line. */
export function rows(count: number, fields: Record<string, unknown> = {}): string {
  return Array.from({ length: count }, (_, index) => `${row(`row-${index + 1}`, fields)}\n`).join(
    '',
  );
}

export function row(customId: string, fields: Record<string, unknown> = {}): string {
  const body = { model: DEPLOYMENT, input: `What is ${customId}?` };
  return JSON.stringify({
    custom_id: customId,
    method: 'POST',
    url: '/v1/responses',
    body,
    ...fields,
  });
}

/** A world with files and batches, an engine that carries jobs in it, and the timer of lists. */
export class BatchWorld {
  readonly clock: VirtualClock;
  readonly account: MemoryBatchAccount;
  readonly world: World;
  readonly engine: CalmEngine;
  readonly services: ServicesWithEngine;

  /** @param reached what the deployment is at, when it is not the account in memory. */
  constructor(script: BatchScript = {}, clock = new VirtualClock(), reached?: Upstream) {
    this.clock = clock;
    this.account = new MemoryBatchAccount(script);
    this.world = new World(new MemoryUpstream(), reached ?? this.account);
    this.engine = new CalmEngine(clock);
    this.services = this.world.services(undefined, this.engine);
    this.engine.services = this.services;
    onTestFinished(this.clock.install());
  }

  /** Hands in a job over the given rows. @returns its id. */
  async submit(input: string, fields: Record<string, unknown> = {}): Promise<string> {
    const { id = 'job-1', ...envelope } = fields;
    const blob = `inbox/files/${String(id)}.jsonl`;
    this.world.inbox.upload(blob, input);
    const { job } = await accept(this.services, {
      id: String(id),
      envelope: readEnvelope({
        kind: 'batch',
        request: { model: DEPLOYMENT },
        input: { blob },
        ...envelope,
      }),
      source: { door: 'http' },
    });
    return job.id;
  }

  /** Lets everything run to its end, the lists at their times. */
  async settle(days = 8): Promise<void> {
    const listing = this.#listings(this.clock.now() + days * DAY);
    await this.engine.settle(days * DAY);
    listing.stopped = true;
  }

  #listings(until: number): { stopped: boolean } {
    const state = { stopped: false };
    const list = async () => {
      while (!state.stopped && this.clock.now() < until) {
        await this.clock.sleep(LIST_EVERY);
        if (!state.stopped) await listWatchedWork(this.services);
      }
    };
    void list();
    return state;
  }

  job(id = 'job-1'): NonNullable<ReturnType<World['index']['job']>> {
    const job = this.world.index.job(id);
    if (!job) throw new Error(`There is no job ${id}.`);
    return job;
  }

  /** An output file as text. */
  output(name: string, id = 'job-1'): string {
    const file = this.world.outputs.get(`${id}/${name}`);
    if (!file) throw new Error(`${id} has no output ${name}.`);
    return file.content.toString();
  }

  lines(name: string, id = 'job-1'): Record<string, unknown>[] {
    const texts = this.output(name, id).split('\n').filter(Boolean);
    return texts.map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  summary(id = 'job-1'): Record<string, unknown> {
    return JSON.parse(this.output('summary.json', id)) as Record<string, unknown>;
  }

  /** The types of the events of a job, in order. */
  events(id = 'job-1'): string[] {
    return this.announced().flatMap(({ subject, type }) => (subject === id ? [type] : []));
  }

  /** Every event that was sent. */
  announced(): JobEvent[] {
    return this.world.topic.map(({ body }) => JSON.parse(body) as JobEvent);
  }

  document(id = 'job-1'): JobDocument {
    return JSON.parse(this.world.state.get(`${id}/job.json`) ?? '{}') as JobDocument;
  }
}

/** Every row of the input is in the ledger once, and the counts add up. */
export function expectClosed(world: BatchWorld, id = 'job-1'): void {
  const { rows: asked, succeeded, failed, missing } = world.summary(id) as Record<string, number>;
  expect((succeeded ?? 0) + (failed ?? 0) + (missing ?? 0)).toBe(asked);
  expect(world.lines('ledger.jsonl', id)).toHaveLength(asked ?? -1);
}
