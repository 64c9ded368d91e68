import type { DeploymentFacts } from '../../kinds/kind.ts';
import type { Upstream } from '../../kinds/upstream.ts';

/** A deployment that the settings name. */
export interface Deployment {
  facts: DeploymentFacts;
  upstream: Upstream;
  /** What the settings say, else what is documented of the model. */
  limits: DeploymentLimits;
  /** Tells the accounts apart: work is listed once for each. */
  endpoint: string;
}

/** What a deployment takes; what is absent is not limited. */
export interface DeploymentLimits {
  /** Pieces of work at the same time. */
  concurrent?: number;
  /** Calls of any kind in any minute. */
  requestsPerMinute?: number;
  /** Creates in any minute, where upstream counts them apart from other calls. */
  createsPerMinute?: number;
  tokensPerMinute?: number;
  /** Tokens that may wait in the batch queue. */
  enqueuedTokens?: number;
}

/** What the settings say of a deployment. */
export interface ConfiguredDeployment {
  name: string;
  endpoint: string;
  /** The resource id of its account, when the settings name it. */
  account: string | null;
  model: string | null;
  exclusive: boolean;
  limits: Record<string, number | undefined>;
}

export interface Deployments {
  /** @returns undefined when the settings list deployments and this is none of them. */
  named(name: string): Deployment | undefined;
  /** The deployments that the settings list, for people to look at. */
  list(): ConfiguredDeployment[];
  /** What the settings say of a deployment that they allow, listed or not. */
  described(name: string): ConfiguredDeployment | undefined;
  /** The resource ids of all accounts that the settings name. */
  accounts(): string[];
}
