import type { SimulatorClock } from './clock.ts';
import type { Contents } from './contents.ts';
import type { Creates } from './creates.ts';
import type { FaultPlan } from './faults.ts';
import type { Deployments } from './models.ts';
import type { ModelCatalogue } from './resource-manager/catalogue.ts';
import type { RequestLog } from './request-log.ts';
import type { DurationRange } from './responses/plan.ts';
import type { Store } from './store.ts';

/** What routes share. */
export interface Services {
  store: Store;
  contents: Contents;
  creates: Creates;
  faults: FaultPlan;
  requests: RequestLog;
  deployments: Deployments;
  catalogue: ModelCatalogue;
  clock: SimulatorClock;
  /** How long background responses take. */
  durations: DurationRange;
}
