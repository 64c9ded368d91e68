import type { SimulatorClock } from './clock.ts';
import type { Contents } from './contents.ts';
import type { Creates } from './creates.ts';
import type { Durations } from './durations.ts';
import type { FaultPlan } from './faults.ts';
import type { EnforcedLimits } from './limits.ts';
import type { Deployments } from './models.ts';
import type { RateLimits } from './rate-limits.ts';
import type { ModelCatalogue } from './resource-manager/catalogue.ts';
import type { RequestLog } from './request-log.ts';
import type { ServiceSettings } from './settings.ts';
import type { Store } from './store.ts';

/** What routes share. */
export interface Services {
  store: Store;
  contents: Contents;
  settings: ServiceSettings;
  creates: Creates;
  faults: FaultPlan;
  requests: RequestLog;
  deployments: Deployments;
  catalogue: ModelCatalogue;
  clock: SimulatorClock;
  /** How long jobs take. */
  durations: Durations;
  limits: EnforcedLimits;
  rateLimits: RateLimits;
}

/** Forgets everything: jobs, files, faults, counts and the request log. */
export function reset({ store, contents }: Services): void {
  store.clear();
  contents.removeAllBut(new Set());
}
