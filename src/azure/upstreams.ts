import type { TokenCredential } from '@azure/identity';
import type { DeploymentFacts } from '../kinds/kind.ts';
import type { Upstream } from '../kinds/upstream.ts';
import type {
  ConfiguredDeployment,
  Deployment,
  DeploymentLimits,
  Deployments,
} from '../workflow/ports.ts';
import type { AllDeployments, DeploymentSettings, UpstreamAccess } from './deployment-settings.ts';
import { openAIUpstream } from './openai-upstream.ts';

export interface DeploymentsOptions {
  credential: () => TokenCredential;
  /** Milliseconds for calls that do not say their own. */
  timeout: number;
  /** The limits that are documented of a deployment's model. */
  documented: (facts: DeploymentFacts) => DeploymentLimits;
}

/** The deployments of the settings; one client for each account and way in. */
export class OpenAIDeployments implements Deployments {
  readonly #settings: AllDeployments;
  readonly #options: DeploymentsOptions;
  readonly #upstreams = new Map<string, Upstream>();

  constructor(settings: AllDeployments, options: DeploymentsOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  named(name: string): Deployment | undefined {
    const settings = this.#settings.named(name);
    if (settings === undefined) return undefined;
    const facts = factsOf(settings);
    return {
      facts,
      upstream: this.#upstreamAt(settings.access),
      limits: withoutNull({ ...this.#options.documented(facts), ...settings.limits }),
      endpoint: settings.access.baseUrl,
    };
  }

  list(): ConfiguredDeployment[] {
    return this.#settings.listed().map(configured);
  }

  described(name: string): ConfiguredDeployment | undefined {
    const settings = this.#settings.named(name);
    return settings && configured(settings);
  }

  accounts(): string[] {
    return this.#settings.accounts();
  }

  #upstreamAt(access: UpstreamAccess): Upstream {
    const { credential, timeout } = this.#options;
    const key = JSON.stringify(access);
    const upstream = this.#upstreams.get(key) ?? openAIUpstream(access, credential, timeout);
    this.#upstreams.set(key, upstream);
    return upstream;
  }
}

function configured(settings: DeploymentSettings): ConfiguredDeployment {
  const { name, access, account = null, model = null, exclusive, limits } = settings;
  const given = withoutNull(limits);
  return { name, endpoint: access.baseUrl, account, model, exclusive, limits: { ...given } };
}

function factsOf(settings: DeploymentSettings): DeploymentFacts {
  const { name, model, videoApi, exclusive, batchEndpoints } = settings;
  return { name, model, videoApi, exclusive, batchEndpoints };
}

/** A limit of null is none. */
function withoutNull(limits: DeploymentSettings['limits']): DeploymentLimits {
  return Object.fromEntries(
    Object.entries(limits).filter(([, limit]) => limit !== null && limit !== undefined),
  );
}
