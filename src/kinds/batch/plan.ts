import { isObject } from '../../jobs/json.ts';
import type { KindContext } from '../kind.ts';
import type { InputBlob } from '../ports.ts';
import type { PartRequest } from './part/part-request.ts';
import type { PartPlan } from './split/part-plan.ts';

/** What the examination found, for submitting, collecting and trying rows again. */
export interface BatchPlan {
  /** The job's request: it outlives the job here, for a new job of the rows that a retry can help. */
  request: Record<string, unknown>;
  /** What the user chose, else what all rows name. */
  endpoint: string;
  rows: number;
  parts: PartPlan[];
}

/** @returns undefined when this is no plan of a batch. */
export function asBatchPlan(plan: unknown): BatchPlan | undefined {
  const isPlan = isObject(plan) && isObject(plan['request']) && Array.isArray(plan['parts']);
  return isPlan ? (plan as unknown as BatchPlan) : undefined;
}

/** @throws Error when the job was never examined, which the workflow does not let happen. */
export function planOf({ jobId, plan }: Pick<KindContext, 'jobId' | 'plan'>): BatchPlan {
  const found = asBatchPlan(plan);
  if (found) return found;
  throw new Error(`The plan of batch job ${jobId} is missing from the state container.`);
}

/** @throws Error when the job came without its input, which the gate does not let happen. */
export function inputOf({ jobId, input }: Pick<KindContext, 'jobId' | 'input'>): InputBlob {
  if (input) return input;
  throw new Error(`The input of batch job ${jobId} is missing.`);
}

/** What each part is to send. `model` is ours, and upstream's create has no such field. */
export function partRequestsOf({ request, endpoint, parts }: BatchPlan): PartRequest[] {
  const { model, endpoint: _chosen, completion_window: _always, ...create } = request;
  return parts.map((rows) => ({ model: String(model), endpoint, rows, create }));
}
