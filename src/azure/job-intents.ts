import { odata, type TableClient } from '@azure/data-tables';
import { LonghaulError } from '../jobs/errors.ts';
import type { SubmissionOutcome } from '../kinds/kind.ts';
import type { Intent, OutcomeName } from '../workflow/ports.ts';
import { fromRecordParts, toRecordParts } from './job-record.ts';
import {
  deleteEntity,
  insertEntity,
  queryAll,
  readEntity,
  replaceEntity,
  type Entity,
  type EntityKey,
} from './table-entities.ts';

/** An intent is named by its job and its number. */
export type IntentName = Pick<Intent, 'jobId' | 'number'>;

const PREFIX = 'intent-';
const DIGITS = 4;

/** The rows `intent-0001`, … beside a job's own. */
export class JobIntents {
  readonly #table: TableClient;

  constructor(table: TableClient) {
    this.#table = table;
  }

  async insert(intent: Intent): Promise<'inserted' | 'exists'> {
    return (await insertEntity(this.#table, entityOf(intent))) ? 'inserted' : 'exists';
  }

  async read(name: IntentName): Promise<Intent | undefined> {
    const entity = await readEntity(this.#table, keyOf(name));
    return entity && (fromRecordParts(entity) as Intent);
  }

  /** @returns the intent as it now is. */
  async resolve(
    intent: Intent,
    outcome: SubmissionOutcome,
    unless: readonly OutcomeName[] = [],
  ): Promise<Intent> {
    const resolved = { ...intent, outcome };
    for (;;) {
      const entity = await readEntity(this.#table, keyOf(intent));
      if (entity === undefined) throw noSuchIntent(intent);
      const known = fromRecordParts(entity) as Intent;
      if (known.outcome && unless.includes(known.outcome.outcome)) return known;
      if (await replaceEntity(this.#table, entityOf(resolved), entity.etag)) return resolved;
    }
  }

  async removeAll(jobId: string): Promise<void> {
    const filter = odata`PartitionKey eq ${jobId} and RowKey ge ${PREFIX} and RowKey lt ${`${PREFIX}~`}`;
    for await (const { rowKey = '' } of queryAll(this.#table, filter)) {
      await deleteEntity(this.#table, { partitionKey: jobId, rowKey });
    }
  }
}

function keyOf({ jobId, number }: IntentName): EntityKey {
  return { partitionKey: jobId, rowKey: PREFIX + String(number).padStart(DIGITS, '0') };
}

function entityOf(intent: Intent): Entity {
  return {
    ...keyOf(intent),
    createdAt: intent.createdAt,
    outcome: intent.outcome?.outcome,
    ...toRecordParts(intent, `intent ${intent.number} of job ${intent.jobId}`),
  };
}

function noSuchIntent({ jobId, number }: IntentName): LonghaulError {
  return new LonghaulError(
    'internal-error',
    `Job ${jobId} has no intent ${number}, so its outcome cannot be recorded. Was the job removed?`,
  );
}
