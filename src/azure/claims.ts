import { odata, type TableClient } from '@azure/data-tables';
import { derivedId } from '../jobs/identity.ts';
import type { Claim } from '../workflow/ports.ts';
import {
  deleteEntity,
  insertEntity,
  queryAll,
  readEntity,
  type EntityKey,
  type StoredEntity,
} from './table-entities.ts';

/** No job id begins with a full stop, so this is no job's partition. */
const CLAIMS = '.claims';

type ClaimName = Pick<Claim, 'deployment' | 'upstreamId'>;

/** Whose each piece of upstream work is, in the table of the job index. */
export class Claims {
  readonly #table: TableClient;

  constructor(table: TableClient) {
    this.#table = table;
  }

  /** @returns the claim as it now is. */
  async claim(claim: Claim): Promise<Claim> {
    for (;;) {
      if (await insertEntity(this.#table, { ...keyOf(claim), ...claim })) return claim;
      const stored = await this.read(claim);
      if (stored) return stored;
    }
  }

  async read(claim: ClaimName): Promise<Claim | undefined> {
    const stored = await readEntity(this.#table, keyOf(claim));
    return stored && claimOf(stored);
  }

  /** Oldest first; the keys tell nothing of the time. */
  async *all(): AsyncGenerator<Claim> {
    const claims: Claim[] = [];
    const filter = odata`PartitionKey eq ${CLAIMS}`;
    for await (const entity of queryAll(this.#table, filter)) claims.push(claimOf(entity));
    yield* claims.toSorted((one, other) => (one.claimedAt < other.claimedAt ? -1 : 1));
  }

  remove(claim: ClaimName): Promise<void> {
    return deleteEntity(this.#table, keyOf(claim));
  }
}

/** A hash: upstream ids may hold what a row key may not, and may be longer. */
function keyOf({ deployment, upstreamId }: ClaimName): EntityKey {
  return { partitionKey: CLAIMS, rowKey: derivedId(deployment, upstreamId) };
}

function claimOf(entity: StoredEntity): Claim {
  const { deployment, upstreamId, jobId, claimedAt } = entity;
  return {
    deployment: String(deployment),
    upstreamId: String(upstreamId),
    jobId: String(jobId),
    claimedAt: String(claimedAt),
  };
}
