import type {
  ResponseFunctionToolCall,
  ResponseOutputItem,
  ResponseOutputMessage,
} from 'openai/resources/responses/responses';
import { isEnded, progressAt } from './progress.ts';
import { resourceAt, type ResponseResource } from './resource.ts';
import type { StoredResponse } from './stored-response.ts';

/** One server-sent event before it has its number. */
type EventBody = { type: string } & Record<string, unknown>;
export type StreamEvent = EventBody & { sequence_number: number };

const DELTA_CHARACTERS = 48;

/**
 * The events of a response up to a moment, from the first. Later moments add to the end, so a stream
 * can be taken up at any number.
 * @param now milliseconds since the Unix epoch.
 */
export function eventsUntil(stored: StoredResponse, now: number): StreamEvent[] {
  const progress = progressAt(stored, now);
  const current = resourceAt(stored, now);
  const events = [
    lifecycle('created', atStage(current, stored, 'queued')),
    ...(stored.request.background === true
      ? [lifecycle('queued', atStage(current, stored, 'queued'))]
      : []),
  ];
  if (progress.status !== 'queued') {
    events.push(lifecycle('in_progress', atStage(current, stored, 'in_progress')));
  }
  if (isEnded(progress)) {
    events.push(...current.output.flatMap(itemEvents));
    events.push(lifecycle(TERMINAL_EVENT[progress.status], current));
  }
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
}

/** A cancelled response ends its stream with `response.failed`: no event of its own is documented. */
const TERMINAL_EVENT = {
  completed: 'completed',
  failed: 'failed',
  incomplete: 'incomplete',
  cancelled: 'failed',
} as const;

/** The wire form: no `id:` line, and no `[DONE]` at the end. */
export function eventText(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function lifecycle(name: string, response: ResponseResource): EventBody {
  return { type: `response.${name}`, response };
}

/** The resource as it was at an earlier stage; a response without background is never queued. */
function atStage(
  current: ResponseResource,
  { request }: StoredResponse,
  stage: 'queued' | 'in_progress',
): ResponseResource {
  return {
    ...current,
    status: request.background === true ? stage : 'in_progress',
    completed_at: null,
    error: null,
    incomplete_details: null,
    output: [],
    usage: null,
  };
}

function itemEvents(item: ResponseOutputItem, output_index: number): EventBody[] {
  const place = { output_index, item_id: item.id };
  return [
    { type: 'response.output_item.added', output_index, item: begun(item) },
    ...contentEvents(item).map((event) => ({ ...place, ...event })),
    { type: 'response.output_item.done', output_index, item },
  ];
}

function begun(item: ResponseOutputItem): ResponseOutputItem {
  if (item.type === 'message') return { ...item, status: 'in_progress', content: [] };
  if (item.type === 'function_call') return { ...item, status: 'in_progress', arguments: '' };
  if (item.type === 'image_generation_call')
    return { ...item, status: 'in_progress', result: null };
  return item;
}

function contentEvents(item: ResponseOutputItem): EventBody[] {
  if (item.type === 'message') return item.content.flatMap(partEvents);
  if (item.type === 'function_call') return argumentEvents(item);
  return item.type === 'image_generation_call' ? IMAGE_EVENTS : [];
}

const IMAGE_EVENTS: EventBody[] = ['in_progress', 'generating', 'completed'].map((step) => ({
  type: `response.image_generation_call.${step}`,
}));

function argumentEvents({ name, arguments: json }: ResponseFunctionToolCall): EventBody[] {
  return [
    { type: 'response.function_call_arguments.delta', delta: json },
    { type: 'response.function_call_arguments.done', name, arguments: json },
  ];
}

function partEvents(part: ResponseOutputMessage['content'][number], index: number): EventBody[] {
  return part.type === 'output_text' ? textEvents(part.text, index) : [];
}

function textEvents(text: string, content_index: number): EventBody[] {
  const part = (content: string) => ({ type: 'output_text', text: content, annotations: [] });
  return [
    { type: 'response.content_part.added', content_index, part: part('') },
    ...slices(text).map((delta) => ({
      type: 'response.output_text.delta',
      content_index,
      delta,
      logprobs: [],
    })),
    { type: 'response.output_text.done', content_index, text, logprobs: [] },
    { type: 'response.content_part.done', content_index, part: part(text) },
  ];
}

function slices(text: string): string[] {
  return text.match(new RegExp(`[^]{1,${DELTA_CHARACTERS}}`, 'gu')) ?? [];
}
