import type { UpstreamReply, UpstreamRequest } from '../../../src/kinds/upstream.ts';
import type { Work } from '../../support/in-memory/stored-response.ts';
import {
  refusal,
  type CallName,
  type Fault,
  type UpstreamScript,
} from '../../support/in-memory/upstream.ts';
import type { Random } from '../random.ts';
import type { Weather } from './weather.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

/** How often a response is not found before it is: some places hear of it late. */
const MOST_NOT_FOUND = 2;

/** What Azure OpenAI has been seen to do, by the seed. */
export function upstreamScript(random: Random, weather: Weather): UpstreamScript {
  const notFound = new Map<string, number>();
  const isNotFound = (path: string) => {
    const times = notFound.get(path) ?? 0;
    if (times >= MOST_NOT_FOUND || !random.chance(0.1)) return false;
    notFound.set(path, times + 1);
    return true;
  };
  return {
    fault: (call, request) => {
      if (!weather.strikes('upstream')) return undefined;
      if (call !== 'create' && isNotFound(request.path)) return NOT_FOUND;
      return faultOf(random, call, request);
    },
    work: () => workOf(random),
    latency: () => (weather.strikes('stall') ? 40 * SECOND : random.between(0, 2 * SECOND)),
  };
}

function workOf(random: Random): Work {
  return {
    runsFor: random.pick([random.between(1, 60) * SECOND, random.between(1, 40) * MINUTE]),
    ends: random.pick(['completed', 'completed', 'completed', 'failed', 'incomplete', 'empty']),
    ignoresCancel: random.chance(0.15),
  };
}

function faultOf(random: Random, call: CallName, request: UpstreamRequest): Fault {
  const anywhere: Fault[] = [
    { fault: 'refused' },
    { fault: 'cut' },
    { fault: 'answer-lost' },
    reply(throttled(random)),
    reply(refusal(503, 'Busy.')),
    reply(refusal(500, 'Broken.'), random.chance(0.5)),
    reply({ status: 408 }),
    reply({ status: 504 }, random.chance(0.5)),
    reply({ status: 200, body: undefined }, true),
    reply({ status: 401 }),
  ];
  const here = call === 'create' ? createFaults(request) : readFaults(random);
  return random.pick([{ fault: 'cut' }, ...anywhere, ...here]);
}

const NOT_FOUND = reply(refusal(404, 'Response not found.'));

function createFaults(request: UpstreamRequest): Fault[] {
  const repeated = JSON.stringify((request.body as Record<string, unknown>)['tools']);
  return [
    reply(refusal(400, `Not a valid tool: ${repeated}`, 'invalid_request_error')),
    reply(refusal(404, 'The deployment does not exist.', 'DeploymentNotFound')),
    { fault: 'fields', fields: { id: null } },
    { fault: 'fields', fields: { status: null, output: null, created_at: null } },
  ];
}

function readFaults(random: Random): Fault[] {
  const strange = random.pick<unknown>([null, 'dreaming', 'In-Progress', 'QUEUED', 7]);
  const fields = { status: strange, output: null, error: null, usage: null };
  return [
    { fault: 'fields', fields },
    { fault: 'fields', fields },
    reply(refusal(404, 'Resource not found')),
    reply({ status: 200, body: 'nonsense' }),
  ];
}

function reply(answer: Partial<UpstreamReply>, worked = false): Fault {
  return { fault: 'reply', reply: answer, worked };
}

function throttled(random: Random): UpstreamReply {
  const seconds = random.pick(['0', '1', '30', '86400', 'soon']);
  return { ...refusal(429, 'Too many.'), headers: { 'retry-after': seconds } };
}
