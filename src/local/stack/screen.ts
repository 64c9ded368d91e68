import type { Progress } from './progress.ts';
import type { ProgramName } from './programs.ts';
import { BATCH_DEPLOYMENT, type DropAddresses } from './shared-access.ts';
import type { StackAddresses } from './stack.ts';

/** A function as the functions host describes it when it is ready. */
export interface LoadedFunction {
  name: string;
  /** The type of its trigger's binding, such as `httpTrigger`. */
  trigger: string;
  methods?: readonly string[];
  url?: string;
}

export interface ScreenContent {
  addresses: StackAddresses;
  functions: readonly LoadedFunction[];
  drops: DropAddresses;
  /** The directory that keeps everything. */
  state: string;
  simulated: boolean;
}

const TITLES: Record<ProgramName, string> = {
  storage: 'Storage',
  serviceBus: 'Service Bus',
  azureOpenAI: 'Azure OpenAI',
  functions: 'Functions',
  eventGrid: 'Event Grid',
};

/** The one page a person sees when all is up: what runs where, which functions there are, what to try. */
export function screen(content: ScreenContent): string {
  return [running(content), functions(content), tryNext(content), ending(content)].join('\n\n');
}

function running({ addresses, simulated }: ScreenContent): string {
  return table([
    ['Functions', addresses.functions],
    [
      'Azure OpenAI',
      addresses.azureOpenAI + (simulated ? '  (simulated, free)' : '  (real, costs money)'),
    ],
    ['Service Bus', setting(addresses.serviceBus, 'Endpoint')],
    ['Blobs', setting(addresses.storage, 'BlobEndpoint')],
    ['Queues', setting(addresses.storage, 'QueueEndpoint')],
    ['Tables', setting(addresses.storage, 'TableEndpoint')],
  ]);
}

function functions({ functions: loaded }: ScreenContent): string {
  if (loaded.length === 0) return '  The app has no functions.';
  const http = loaded.filter(({ url }) => url !== undefined);
  const byTrigger = Map.groupBy(
    loaded.filter(({ url }) => url === undefined),
    ({ trigger }) => trigger,
  );
  return table([
    ...http.map((one): [string, string] => [(one.methods ?? []).join(', '), one.url ?? one.name]),
    ...[...byTrigger].map(([trigger, all]): [string, string] => [trigger, names(all)]),
  ]);
}

function names(functions: readonly LoadedFunction[]): string {
  return functions.map(({ name }) => name).join(', ');
}

const REQUEST = '{"model":"o3-pro","input":"Why is the sky blue?"}';
const ENVELOPE = `{"kind":"response","request":${REQUEST}}`;
const VIDEO =
  '{"kind":"video","request":{"model":"sora-2","prompt":"A harbour at dawn.","seconds":"4"}}';
const ROW = `{"custom_id":"1","method":"POST","url":"/v1/responses","body":{"model":"${BATCH_DEPLOYMENT}","input":"Why is the sea salty?"}}`;

function tryNext({ addresses, drops }: ScreenContent): string {
  return `  Hand in a job
    over HTTP:
      curl ${addresses.functions}/api/jobs -H 'content-type: application/json' -d '${ENVELOPE}'
    as a blob:
      curl -X PUT '${drops.blob}' -H 'x-ms-blob-type: BlockBlob' -d '${ENVELOPE}'
    through the Storage queue:
      curl '${drops.queue}' -d '<QueueMessage><MessageText>${base64(ENVELOPE)}</MessageText></QueueMessage>'
    through Service Bus: send the same JSON to the queue "jobs" with
      ${addresses.serviceBus}

  Other kinds
    a video:
      curl ${addresses.functions}/api/jobs -H 'content-type: application/json' -d '${VIDEO}'
    a batch, a file of up to 100,000 rows like this one:
      curl -X PUT '${drops.batch}' -H 'x-ms-blob-type: BlockBlob' -d '${ROW}'

  See the jobs
      curl ${addresses.functions}/api/jobs`;
}

function ending({ state }: ScreenContent): string {
  return `  Logs are in ${state}/logs. Ctrl-C ends everything; what was handed in goes on at the next start.`;
}

/** One line about something that happened, or nothing if a person need not know. */
export function progressLine(progress: Progress): string | undefined {
  const title = TITLES[progress.program];
  if (progress.type === 'died') return `${title} ended (${progress.how}) and is started again.`;
  if (progress.type === 'recovered') return `${title} runs again.`;
  return undefined;
}

function table(rows: [string, string][]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

function setting(connectionString: string, name: string): string {
  const found = new RegExp(`(?:^|;)${name}=([^;]*)`).exec(connectionString);
  return found?.[1] ?? connectionString;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
