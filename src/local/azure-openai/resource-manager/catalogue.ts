import { z } from 'zod';
import type { Deployments, Model } from '../models.ts';
import { MODELS } from '../models.ts';
import type { Store } from '../store.ts';

const modelName = z.strictObject({ name: z.string().min(1), version: z.string().min(1) });
const date = z.iso.datetime({ offset: true });

/** What a test may want Azure Resource Manager to say of a model. */
export const modelDescription = z.strictObject({
  version: z.string().min(1).optional(),
  baseModel: modelName.optional(),
  lifecycleStatus: z
    .enum(['Stable', 'Preview', 'GenerallyAvailable', 'Deprecating', 'Deprecated', 'Legacy'])
    .optional(),
  deprecation: z
    .strictObject({
      inference: date.optional(),
      fineTune: date.optional(),
      deprecationStatus: z.enum(['Planned', 'Tentative']).optional(),
    })
    .optional(),
  skus: z
    .array(z.strictObject({ name: z.string().min(1), deprecationDate: date.optional() }))
    .optional(),
  replacementConfig: z
    .strictObject({ targetModelName: z.string(), targetModelVersion: z.string().optional() })
    .optional(),
});

export type ModelDescription = z.infer<typeof modelDescription>;

/** A model as Azure Resource Manager lists it. */
export interface ListedModel extends ModelDescription {
  name: string;
  version: string;
  requestsPerMinute: number;
  tokensPerMinute: number;
}

/** A model that is only described has the quota of the smallest. */
const SMALL_QUOTA = { requestsPerMinute: 100, tokensPerMinute: 100_000 };

/** The models of the region, and what they are said to be. Nothing retires until it is told to. */
export class ModelCatalogue {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.database.exec(
      'CREATE TABLE IF NOT EXISTS model_descriptions (name TEXT PRIMARY KEY, description TEXT NOT NULL)',
    );
  }

  list(): ListedModel[] {
    const described = this.#descriptions();
    const known = MODELS.map((model) => listed(model, described.get(model.name)));
    const added = [...described]
      .filter(([name]) => !MODELS.some((model) => model.name === name))
      .map(([name, description]) => listed({ name, version: '1', ...SMALL_QUOTA }, description));
    return [...known, ...added];
  }

  /** Replaces what was said of a model before. */
  describe(name: string, description: ModelDescription): void {
    this.#store.database
      .prepare('INSERT OR REPLACE INTO model_descriptions VALUES (?, ?)')
      .run(name, JSON.stringify(description));
  }

  forget(name: string): void {
    this.#store.database.prepare('DELETE FROM model_descriptions WHERE name = ?').run(name);
  }

  #descriptions(): Map<string, ModelDescription> {
    const rows = this.#store.database.prepare('SELECT * FROM model_descriptions').all();
    return new Map(
      rows.map((row) => [
        String(row['name']),
        JSON.parse(String(row['description'])) as ModelDescription,
      ]),
    );
  }
}

function listed(
  { name, version, requestsPerMinute, tokensPerMinute }: KnownModel,
  description: ModelDescription = {},
): ListedModel {
  return {
    requestsPerMinute,
    tokensPerMinute,
    ...description,
    name,
    version: description.version ?? version,
  };
}

type KnownModel = Pick<Model, 'name' | 'version' | 'requestsPerMinute' | 'tokensPerMinute'>;

/** A deployment and the model behind it. */
export interface ListedDeployment {
  name: string;
  model: ListedModel;
}

/** The deployments that the simulator was started with; else one of each model, named after it. */
export function listedDeployments(
  deployments: Deployments,
  models: readonly ListedModel[],
): ListedDeployment[] {
  if (deployments.named === undefined) return models.map((model) => ({ name: model.name, model }));
  return [...deployments.named].flatMap(([name, { name: modelName }]) => {
    const model = models.find((candidate) => candidate.name === modelName);
    return model ? [{ name, model }] : [];
  });
}
