import { header, type Answer, type Call } from '../call.ts';
import { errors } from '../errors.ts';
import type { Route } from '../routes.ts';
import type { Services } from '../services.ts';
import { listedDeployments } from './catalogue.ts';
import { accountResource, deploymentResource, modelResource } from './resources.ts';

/** Where accounts lie in Azure Resource Manager: any subscription, any group, any account. */
export const ACCOUNTS_PATH =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.CognitiveServices(?=\/)/i;

/** Few, so that every client meets more than one page. */
const PAGE_SIZE = 10;

/** @throws ApiError 401 without a token, 400 without an API version, as Azure Resource Manager does. */
export function admitToResourceManager(call: Call): void {
  if (!/^Bearer \S+$/.test(header(call, 'authorization') ?? '')) throw errors.noArmToken();
  if (!call.url.searchParams.has('api-version')) throw errors.noArmApiVersion();
}

/** The part of Azure Resource Manager that tells of accounts. */
export function resourceManagerRoutes({ catalogue, deployments }: Services): Route[] {
  return [
    {
      name: 'GET /accounts/{id}',
      handle: (call, { id }) => ({ status: 200, json: accountResource(call.url.pathname, id) }),
    },
    {
      name: 'GET /accounts/{id}/deployments',
      handle: (call) =>
        page(call, listedDeployments(deployments, catalogue.list()), (deployment) =>
          deploymentResource(parentOf(call), deployment),
        ),
    },
    {
      name: 'GET /accounts/{id}/models',
      handle: (call) => page(call, catalogue.list(), modelResource),
    },
  ];
}

function parentOf({ url }: Call): string {
  return url.pathname.slice(0, url.pathname.lastIndexOf('/'));
}

function page<T>(call: Call, items: readonly T[], resource: (item: T) => unknown): Answer {
  const start = Number(call.url.searchParams.get('$skiptoken') ?? 0);
  const end = start + PAGE_SIZE;
  const value = items.slice(start, end).map(resource);
  return {
    status: 200,
    json: end < items.length ? { value, nextLink: pageAt(call, end) } : { value },
  };
}

function pageAt(call: Call, start: number): string {
  const url = new URL(call.url);
  url.host = header(call, 'host') ?? url.host;
  url.searchParams.set('$skiptoken', String(start));
  return url.href;
}
