/** An ARM template, as far as it is looked at. */
export interface Template {
  parameters?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** By symbol, or a list where the template needs no symbols. */
  resources: ArmResource[] | Record<string, ArmResource>;
}

export interface ArmResource {
  type: string;
  apiVersion: string;
  existing?: boolean;
  copy?: { mode?: string; batchSize?: number };
  properties?: Record<string, unknown> & { template?: Template };
  [key: string]: unknown;
}

const MODULE = 'Microsoft.Resources/deployments';

/** Every resource that a template makes, those of its modules included. */
export function resourcesOf({ resources }: Template): ArmResource[] {
  return Object.values(resources)
    .filter(({ existing }) => !existing)
    .flatMap((resource) => {
      const template = resource.type === MODULE ? resource.properties?.template : undefined;
      return template ? resourcesOf(template) : [resource];
    });
}
