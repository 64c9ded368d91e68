import { readStatus } from '../asking.ts';
import type { Kind, KindContext, PollOutcome } from '../kind.ts';
import { withoutSecrets } from '../secrets.ts';
import { check } from './check.ts';
import { demand } from './demand.ts';
import { cancel, cleanUp } from './ending.ts';
import { collect } from './outputs.ts';
import { responsePath } from './path.ts';
import { pollOutcomeOf } from './status.ts';
import { submit } from './submit.ts';

/** The Responses API in background mode (Azure OpenAI documentation: background tasks). */
export const response: Kind = {
  name: 'response',
  defaultDeadline: 'PT24H',
  pace: { firstWait: 2, growth: 1.5, longestWait: 60 },
  input: 'request',
  keepsUpstream: true,
  check,
  redact: withoutSecrets,
  demand,
  submit,
  poll,
  collect,
  cancel,
  cleanUp,
};

function poll(upstreamId: string, { upstream }: KindContext): Promise<PollOutcome> {
  return readStatus(upstream, responsePath(upstreamId), (body) => pollOutcomeOf(body, upstreamId));
}
