import type { EntityClient } from './entity-client.ts';
import { readEntityId, type EntityId } from './entity-id.ts';
import type { Entity } from './entity-table.ts';
import { isAsked, readPageSize, readTime } from './query.ts';
import {
  empty,
  json,
  jsonBody,
  type WebhookRequest,
  type WebhookResponse,
} from './webhook-message.ts';

/** Stands for the empty key, which a path cannot hold. */
const EMPTY_KEY = '$';

/** The routes of the durable HTTP API that are about entities. */
export class EntityWebhook {
  readonly #client: EntityClient;

  constructor(client: EntityClient) {
    this.#client = client;
  }

  /** @param path what follows `entities`. @throws ArgumentError */
  route(request: WebhookRequest, [name, key, ...more]: string[]): WebhookResponse {
    if (more.length > 0) return empty(404);
    if (name === undefined || key === undefined)
      return request.method === 'GET' ? this.#list(request, name) : empty(404);
    return this.#entity(request, { name, key: key === EMPTY_KEY ? '' : key });
  }

  #entity(request: WebhookRequest, id: EntityId): WebhookResponse {
    switch (request.method) {
      case 'GET':
        return stateOf(this.#client.get(id));
      case 'POST':
        return this.#signal(id, request.url.searchParams.get('op') ?? '', operationInput(request));
      case 'DELETE':
        return this.#signal(id, 'delete', null);
      default:
        return empty(404);
    }
  }

  #signal(id: EntityId, operation: string, input: string | null): WebhookResponse {
    this.#client.signal(id, operation, input);
    return empty(202);
  }

  #list({ url, headers }: WebhookRequest, name: string | undefined): WebhookResponse {
    const from = readTime(url.searchParams, 'lastOperationTimeFrom');
    const to = readTime(url.searchParams, 'lastOperationTimeTo');
    const size = readPageSize(url.searchParams);
    const token = headers['x-ms-continuation-token'];
    const after = token && Buffer.from(token, 'base64url').toString();
    const filter = {
      ...(name === undefined ? {} : { name }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
    const found = this.#client.list(filter, size + 1, after);
    const shown = found.slice(0, size);
    const last = found.length > size ? shown.at(-1) : undefined;
    const fetchState = isAsked(url, 'fetchState', false);
    const rows = shown.map((entity) => row(entity, fetchState));
    return json(200, rows, last ? { 'x-ms-continuation-token': tokenFor(last) } : {});
  }
}

function stateOf(entity: Entity | undefined): WebhookResponse {
  return entity ? json(200, JSON.parse(entity.state ?? 'null')) : empty(404);
}

function row({ entityId, lastOperation, state }: Entity, fetchState: boolean): unknown {
  return {
    entityId: readEntityId(entityId),
    lastOperationTime: new Date(lastOperation).toISOString(),
    state: fetchState && state !== null ? JSON.parse(state) : null,
  };
}

function tokenFor({ entityId }: Entity): string {
  return Buffer.from(entityId).toString('base64url');
}

/** JSON stays as it is, any other content is the text that it is. */
function operationInput(request: WebhookRequest): string | null {
  const isJson = (request.headers['content-type'] ?? 'application/json').includes('json');
  return isJson || request.body === '' ? jsonBody(request) : JSON.stringify(request.body);
}
