import { jsonBody, type Call } from '../call.ts';
import { errors } from '../errors.ts';
import type { Route } from '../routes.ts';
import type { Services } from '../services.ts';
import { modelDescription, type ModelDescription } from './catalogue.ts';

/** What Azure Resource Manager is to say of models. */
export function modelControlRoutes({ catalogue }: Services): Route[] {
  return [
    {
      name: 'GET /models',
      handle: () => ({ status: 200, json: { value: catalogue.list() } }),
    },
    {
      name: 'PUT /models/{id}',
      handle(call, { id }) {
        catalogue.describe(id, parseDescription(call));
        return { status: 204 };
      },
    },
    {
      name: 'DELETE /models/{id}',
      handle(_call, { id }) {
        catalogue.forget(id);
        return { status: 204 };
      },
    },
  ];
}

function parseDescription(call: Call): ModelDescription {
  const parsed = modelDescription.safeParse(jsonBody(call));
  if (parsed.success) return parsed.data;
  throw errors.invalidIssues(parsed.error);
}
