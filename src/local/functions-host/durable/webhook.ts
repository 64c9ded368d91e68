import { ArgumentError } from './client-errors.ts';
import { managementUrls } from './client-binding.ts';
import type { EntityWebhook } from './entity-webhook.ts';
import { instanceStatus } from './instance-status.ts';
import { isTerminal, type Instance } from './instance.ts';
import { nextPage, readFilter, readPage } from './instance-query.ts';
import type { OrchestrationClient } from './orchestration-client.ts';
import { isAsked } from './query.ts';
import type { TaskHub } from './task-hub.ts';
import {
  empty,
  json,
  jsonBody,
  text,
  type WebhookRequest,
  type WebhookResponse,
} from './webhook-message.ts';

/** Seconds after which a client should ask again. */
const RETRY_AFTER_START = '10';
const RETRY_AFTER_STATUS = '5';

/**
 * The durable HTTP API of the extension, as durable-functions' client and people with a status URL
 * use it. Keys are checked by the caller.
 * @see https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-http-api
 */
export class Webhook {
  readonly #client: OrchestrationClient;
  readonly #entities: EntityWebhook;
  readonly #hub: TaskHub;
  readonly #hubName: string;

  constructor(client: OrchestrationClient, entities: EntityWebhook, hub: TaskHub, hubName: string) {
    this.#client = client;
    this.#entities = entities;
    this.#hub = hub;
    this.#hubName = hubName;
  }

  /**
   * Answers one request. The path may begin with `/runtime/webhooks/durabletask` or, as under the
   * client binding's `rpcBaseUrl`, with `/durabletask`.
   */
  async handle(request: WebhookRequest): Promise<WebhookResponse> {
    try {
      return await this.#route(request);
    } catch (error) {
      return failure(error);
    } finally {
      await this.#hub.committed();
    }
  }

  #route(request: WebhookRequest): WebhookResponse | Promise<WebhookResponse> {
    const [collection = '', ...rest] = segments(request.url);
    switch (collection.toLowerCase()) {
      case 'orchestrators':
        return request.method === 'POST' ? this.#start(request, rest) : empty(404);
      case 'instances':
        return rest[0] === undefined
          ? this.#instances(request)
          : this.#instance(request, rest[0], rest.slice(1));
      case 'entities':
        return this.#entities.route(request, rest);
      case 'makeprimary':
        // With one host on the state there is nothing to take over.
        return empty(request.method === 'POST' ? 200 : 404);
      default:
        return empty(404);
    }
  }

  async #start(request: WebhookRequest, path: string[]): Promise<WebhookResponse> {
    const [name, instanceId, ...more] = path;
    if (name === undefined || more.length > 0) return empty(404);
    const version = request.url.searchParams.get('version') ?? undefined;
    const id = this.#client.start(name, { instanceId, version, input: jsonBody(request) });
    return (await this.#endIfAwaited(request, id)) ?? this.#started(request, id);
  }

  /** With `timeout` in the query the answer waits up to that many seconds for the end. */
  async #endIfAwaited(request: WebhookRequest, id: string): Promise<WebhookResponse | undefined> {
    const seconds = Number(request.url.searchParams.get('timeout'));
    if (!(seconds > 0)) return undefined;
    const wait = this.#hub.ends.wait(id, seconds * 1000);
    await (request.whileWaiting?.(wait) ?? wait);
    const instance = this.#client.get(id);
    if (!instance || !isTerminal(instance.status)) return undefined;
    return instance.status === 'Completed'
      ? json(200, JSON.parse(instance.output ?? 'null'))
      : this.#status(request, instance);
  }

  #started({ url }: WebhookRequest, id: string): WebhookResponse {
    const code = url.searchParams.get('code') ?? undefined;
    const urls = managementUrls(url.origin, encodeURIComponent(id), { hub: this.#hubName, code });
    const headers = { location: urls.statusQueryGetUri, 'retry-after': RETRY_AFTER_START };
    return json(202, { ...urls, id }, headers);
  }

  #instances(request: WebhookRequest): WebhookResponse {
    if (request.method === 'GET') return this.#list(request);
    if (request.method === 'DELETE') return this.#purgeAll(request);
    return empty(404);
  }

  #list({ url, headers }: WebhookRequest): WebhookResponse {
    const page = readPage(url.searchParams, headers['x-ms-continuation-token']);
    const filter = readFilter(url.searchParams);
    const found = this.#hub.store.instances.list(filter, page.size + 1, page.after);
    const { shown, token } = nextPage(found, page.size);
    const view = { showInput: isAsked(url, 'showInput', true) };
    const rows = shown.map((instance) => instanceStatus(instance, view));
    return json(200, rows, token === undefined ? {} : { 'x-ms-continuation-token': token });
  }

  #purgeAll({ url }: WebhookRequest): WebhookResponse {
    if (!url.searchParams.get('createdTimeFrom'))
      return json(400, "Please provide value for 'createdTimeFrom' parameter.");
    const instancesDeleted = this.#client.purgeAll(readFilter(url.searchParams));
    return instancesDeleted === 0 ? empty(404) : json(200, { instancesDeleted });
  }

  #instance(request: WebhookRequest, id: string, path: string[]): WebhookResponse {
    const instance = this.#client.get(id);
    if (!instance) return this.#absent(path, id);
    if (path.length > 0) return this.#operation(request, instance, path);
    if (request.method === 'GET') return this.#status(request, instance);
    if (request.method === 'DELETE') return json(200, { instancesDeleted: this.#client.purge(id) });
    return empty(404);
  }

  #absent([operation]: string[], id: string): WebhookResponse {
    if (operation?.toLowerCase() !== 'restart') return empty(404);
    throw new ArgumentError(
      `There is no instance ${id} to restart. List the instances for their ids.`,
    );
  }

  #status({ url }: WebhookRequest, instance: Instance): WebhookResponse {
    const body = instanceStatus(instance, {
      showInput: isAsked(url, 'showInput', true),
      ...(isAsked(url, 'showHistory', false) && { history: this.#history(url, instance) }),
    });
    if (!isTerminal(instance.status))
      return json(202, body, { location: url.href, 'retry-after': RETRY_AFTER_STATUS });
    const failsLoudly = isAsked(url, 'returnInternalServerErrorOnFailure', false);
    return json(instance.status === 'Failed' && failsLoudly ? 500 : 200, body);
  }

  #history(url: URL, { instanceId }: Instance): { events: readonly string[]; showOutput: boolean } {
    return {
      events: this.#hub.store.history.read(instanceId),
      showOutput: isAsked(url, 'showHistoryOutput', false),
    };
  }

  #operation(
    request: WebhookRequest,
    instance: Instance,
    [operation = '', detail]: string[],
  ): WebhookResponse {
    if (request.method !== 'POST') return empty(404);
    const kind = operation.toLowerCase();
    if (kind === 'restart') return this.#restart(request, instance);
    if (kind === 'rewind') return rewindRefused(instance);
    if (isTerminal(instance.status)) return empty(410);
    return this.#control(request, instance, kind, detail);
  }

  #control(
    request: WebhookRequest,
    instance: Instance,
    operation: string,
    detail: string | undefined,
  ): WebhookResponse {
    const reason = request.url.searchParams.get('reason');
    switch (operation) {
      case 'raiseevent':
        if (detail === undefined) return empty(404);
        this.#client.raiseEvent(instance.instanceId, detail, eventBody(request));
        return empty(202);
      case 'terminate':
        this.#client.terminate(instance.instanceId, reason);
        return empty(202);
      case 'suspend':
        this.#client.suspend(instance, reason);
        return empty(202);
      case 'resume':
        this.#client.resume(instance, reason);
        return empty(202);
      default:
        return empty(404);
    }
  }

  #restart(request: WebhookRequest, instance: Instance): WebhookResponse {
    const withNewId = isAsked(request.url, 'restartWithNewInstanceId', true);
    return this.#started(request, this.#client.restart(instance, withNewId));
  }
}

/** The path's parts after the prefix, decoded; a trailing slash does not matter. */
function segments({ pathname }: URL): string[] {
  const path = pathname.replace(/^\/(runtime\/webhooks\/)?durabletask(?=\/|$)/i, '');
  return path.split('/').filter(Boolean).map(decodeURIComponent);
}

/**
 * Event data. An empty body is taken as no data, though the extension refuses it: the SDK sends one
 * for `raiseEvent` without data.
 */
function eventBody(request: WebhookRequest): string | null {
  const type = request.headers['content-type'] ?? 'application/json';
  if (request.body !== '' && !type.startsWith('application/json'))
    throw new ArgumentError(`Only application/json request content is supported, found '${type}'.`);
  return jsonBody(request);
}

function rewindRefused({ status }: Instance): WebhookResponse {
  return status === 'Failed'
    ? text(501, 'Rewind is not supported yet by this host. Use restart to run the instance anew.')
    : text(412, 'The rewind operation is only supported on failed orchestration instances.');
}

function failure(error: unknown): WebhookResponse {
  const isArgument = error instanceof ArgumentError || error instanceof URIError;
  return json(isArgument ? 400 : 500, {
    Message: isArgument
      ? 'One or more of the arguments submitted is incorrect'
      : 'Something went wrong while processing your request',
    ExceptionMessage: error instanceof Error ? error.message : String(error),
    ExceptionType: error instanceof Error ? error.name : 'Error',
  });
}
