import { clock } from '../../../src/clock.ts';
import {
  UpstreamConnectionError,
  type DownloadRequest,
  type Upstream,
  type UpstreamReply,
  type UpstreamRequest,
} from '../../../src/kinds/upstream.ts';
import { StoredResponse, type Work } from './stored-response.ts';

export type CallName = 'create' | 'read' | 'cancel' | 'delete';

/** What goes wrong with one call. */
export type Fault =
  /** No byte was sent. */
  | { fault: 'refused' }
  /** The connection ended before the call was understood. */
  | { fault: 'cut' }
  /** The call did its work; its answer never came. */
  | { fault: 'answer-lost' }
  /** Another answer than the true one; `worked`: the call did its work all the same. */
  | { fault: 'reply'; reply: Partial<UpstreamReply>; worked?: boolean }
  /** The true answer with some fields of its body replaced. */
  | { fault: 'fields'; fields: Record<string, unknown> };

/** What is to come of the calls; unless told otherwise, all goes well. */
export interface UpstreamScript {
  fault?(call: CallName, request: UpstreamRequest): Fault | undefined;
  work?(request: UpstreamRequest): Work;
  /** Milliseconds until the call is answered. */
  latency?(call: CallName): number;
}

const A_MINUTE: Work = { runsFor: 60_000, ends: 'completed' };

/** Milliseconds for calls that do not say their own. */
const STANDARD_TIMEOUT = 30_000;

/** The Responses API in memory, as an account behind the port. */
export class MemoryUpstream implements Upstream {
  /** What is stored, and what ever was. */
  readonly responses = new Map<string, StoredResponse>();
  readonly made = new Map<string, StoredResponse>();
  /** How many creates did their work, by the input of their request. */
  readonly creates = new Map<string, number>();
  readonly requests: UpstreamRequest[] = [];
  readonly #script: UpstreamScript;

  constructor(script: UpstreamScript = {}) {
    this.#script = script;
  }

  async send(request: UpstreamRequest): Promise<UpstreamReply> {
    this.requests.push(request);
    const call = callOf(request);
    const fault = this.#script.fault?.(call, request);
    if (fault?.fault === 'refused') throw new UpstreamConnectionError('Connection refused.', false);
    await this.#arrive(call, request);
    return this.#answer(call, request, fault);
  }

  /** The Responses API has no files. */
  async download({ path }: DownloadRequest): Promise<UpstreamReply> {
    return refusal(404, `There is no file at ${path}.`);
  }

  /** A call that takes too long is given up by its sender, and does its work all the same. */
  async #arrive(call: CallName, request: UpstreamRequest): Promise<void> {
    const latency = this.#script.latency?.(call) ?? 0;
    const { timeout = STANDARD_TIMEOUT } = request;
    if (latency > 0) await clock().sleep(Math.min(latency, timeout));
    if (latency <= timeout) return;
    this.#work(call, request);
    throw new UpstreamConnectionError('No answer in time.', true);
  }

  #answer(call: CallName, request: UpstreamRequest, fault: Fault | undefined): UpstreamReply {
    switch (fault?.fault) {
      case 'cut':
        throw new UpstreamConnectionError('The connection was reset.', true);
      case 'answer-lost':
        this.#work(call, request);
        throw new UpstreamConnectionError('The answer was lost.', true);
      case 'reply':
        if (fault.worked) this.#work(call, request);
        return { status: 200, headers: {}, body: undefined, ...fault.reply };
      case 'fields': {
        const reply = this.#work(call, request);
        return { ...reply, body: { ...(reply.body as object), ...fault.fields } };
      }
      default:
        return this.#work(call, request);
    }
  }

  #work(call: CallName, request: UpstreamRequest): UpstreamReply {
    if (call === 'create') return this.#create(request);
    if (request.path === '/responses') return this.#list();
    const response = this.responses.get(idOf(request));
    if (!response) return refusal(404, `Response with id '${idOf(request)}' not found.`);
    if (call === 'delete') this.responses.delete(response.id);
    if (call === 'cancel') return cancelled(response);
    return ok(response.body(clock().now()));
  }

  /** Azure has no such list; it stands for those of other kinds. */
  #list(): UpstreamReply {
    const now = clock().now();
    const data = [...this.responses.values()].map((response) => response.body(now));
    return ok({ object: 'list', data });
  }

  #create(request: UpstreamRequest): UpstreamReply {
    const body = request.body as Record<string, unknown>;
    const input = String(body['input']);
    this.creates.set(input, (this.creates.get(input) ?? 0) + 1);
    const work = this.#script.work?.(request) ?? A_MINUTE;
    const id = `resp_${this.made.size + 1}`;
    const response = new StoredResponse(id, body, clock().now(), work);
    this.responses.set(id, response);
    this.made.set(id, response);
    return ok(response.body(clock().now()));
  }
}

function callOf({ method, path }: UpstreamRequest): CallName {
  if (method === 'DELETE') return 'delete';
  if (method === 'GET') return 'read';
  return path.endsWith('/cancel') ? 'cancel' : 'create';
}

function idOf({ path }: UpstreamRequest): string {
  return decodeURIComponent(path.split('/')[2] ?? '');
}

function cancelled(response: StoredResponse): UpstreamReply {
  const now = clock().now();
  if (response.hasEnded(now) && response.status(now) !== 'cancelled') {
    return refusal(400, 'Cannot cancel a completed response.');
  }
  response.cancel();
  return ok(response.body(now));
}

function ok(body: unknown): UpstreamReply {
  return { status: 200, headers: { 'apim-request-id': 'request-1' }, body };
}

export function refusal(status: number, message: string, code?: string): UpstreamReply {
  return { status, headers: {}, body: { error: { message, code: code ?? null } } };
}
