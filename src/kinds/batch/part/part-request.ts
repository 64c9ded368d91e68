import type { PartPlan } from '../split/part-plan.ts';

/** What a part is to send, as its parent planned it. */
export interface PartRequest {
  /** The deployment. */
  model: string;
  /** The path that all rows name, or that the user chose. */
  endpoint: string;
  /** The rows of the parent's input that are this part's. */
  rows: PartPlan;
  /** Goes into the create as it is: metadata, `output_expires_after`, what upstream may add. */
  create: Record<string, unknown>;
}

/** Written by {@link partRequestsOf} alone, so it is read without suspicion. */
export function readPartRequest(request: Record<string, unknown>): PartRequest {
  return request as unknown as PartRequest;
}
