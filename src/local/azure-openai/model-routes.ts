import { errors } from './errors.ts';
import { MODELS, type Model } from './models.ts';
import type { Route } from './routes.ts';

/** The models of the region, deployed or not: as on Azure, this is no list of deployments. */
export const modelRoutes: Route[] = [
  {
    name: 'GET /models',
    handle: () => ({ status: 200, json: { object: 'list', data: MODELS.map(modelResource) } }),
  },
  {
    name: 'GET /models/{id}',
    handle: (_call, { id }) => ({ status: 200, json: modelResource(findModel(id)) }),
  },
];

function findModel(id: string): Model {
  const found = MODELS.find((model) => model.name === id);
  if (found === undefined) throw errors.modelNotFound(id);
  return found;
}

function modelResource({ name, version }: Model) {
  return { id: name, object: 'model', created: Date.parse(version) / 1000, owned_by: 'openai' };
}
