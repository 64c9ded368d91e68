import type { Claim } from '../../../src/workflow/ports.ts';

type ClaimName = Pick<Claim, 'deployment' | 'upstreamId'>;

/** Whose each piece of upstream work is. */
export class ClaimRecords {
  readonly #records = new Map<string, Claim>();

  claim(claim: Claim): Claim {
    const known = this.#records.get(keyOf(claim));
    if (!known) this.#records.set(keyOf(claim), { ...claim });
    return { ...(known ?? claim) };
  }

  read(claim: ClaimName): Claim | undefined {
    const known = this.#records.get(keyOf(claim));
    return known && { ...known };
  }

  /** Oldest first. */
  all(): Claim[] {
    const claims = [...this.#records.values()].map((claim) => ({ ...claim }));
    return claims.toSorted((one, other) => (one.claimedAt < other.claimedAt ? -1 : 1));
  }

  of(jobId: string): Claim[] {
    return this.all().filter((claim) => claim.jobId === jobId);
  }

  remove(claim: ClaimName): void {
    this.#records.delete(keyOf(claim));
  }
}

function keyOf({ deployment, upstreamId }: ClaimName): string {
  return JSON.stringify([deployment, upstreamId]);
}
