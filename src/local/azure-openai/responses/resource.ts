import type { ResponseOutputItem, ResponseUsage } from 'openai/resources/responses/responses';
import { answerOf } from './answer/answer.ts';
import { isEnded, progressAt, type Progress } from './progress.ts';
import type { StoredResponse } from './stored-response.ts';

/** The response object of the API (AzureResponse), with the fields that decide something typed. */
export interface ResponseResource {
  id: string;
  object: 'response';
  created_at: number;
  completed_at: number | null;
  status: string;
  error: { code: string; message: string } | null;
  incomplete_details: { reason: string } | null;
  output: ResponseOutputItem[];
  usage: ResponseUsage | null;
  [echo: string]: unknown;
}

const ENCRYPTED_REASONING = 'reasoning.encrypted_content';

/**
 * The response as it reads at a moment.
 * @param now milliseconds since the Unix epoch.
 * @param includes values of `include` of this read; those of the create hold as well.
 */
export function resourceAt(
  stored: StoredResponse,
  now: number,
  includes: ReadonlySet<string> = new Set(),
): ResponseResource {
  const progress = progressAt(stored, now);
  const wanted = new Set([...includes, ...(stored.request.include ?? [])]);
  const { output, usage } = yieldOf(stored, progress, wanted.has(ENCRYPTED_REASONING));
  return {
    ...echo(stored),
    id: stored.id,
    object: 'response',
    created_at: seconds(stored.createdAt),
    completed_at: progress.status === 'completed' ? seconds(progress.endedAt) : null,
    status: statusText(stored, progress),
    error: progress.status === 'failed' ? progress.error : null,
    incomplete_details: progress.status === 'incomplete' ? { reason: progress.reason } : null,
    output,
    usage,
    content_filters: null,
  };
}

/** The response as GET gives it, which may be with nulls until the end: see the plan. */
export function polledAt(stored: StoredResponse, now: number, includes: ReadonlySet<string>) {
  const resource = resourceAt(stored, now, includes);
  const running = !isEnded(progressAt(stored, now));
  return stored.plan.nullsWhileRunning && running
    ? { ...resource, created_at: null, output: null }
    : resource;
}

function statusText({ plan }: StoredResponse, progress: Progress): string {
  if (progress.status === 'other') return progress.text;
  return isEnded(progress) ? (plan.statusText ?? progress.status) : progress.status;
}

function yieldOf(
  stored: StoredResponse,
  { status }: Progress,
  showEncrypted: boolean,
): Pick<ResponseResource, 'output' | 'usage'> {
  if (status !== 'completed' && status !== 'incomplete') return { output: [], usage: null };
  const { output, usage } = answerOf(stored);
  return { output: showEncrypted ? output : output.map(withoutEncrypted), usage };
}

function withoutEncrypted(item: ResponseOutputItem): ResponseOutputItem {
  if (item.type !== 'reasoning') return item;
  const { encrypted_content: _, ...shown } = item;
  return shown;
}

/** The request's own fields with their defaults, as the service repeats them. */
function echo({ request }: StoredResponse): Record<string, unknown> {
  return {
    background: request.background ?? false,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: request.max_tool_calls ?? null,
    metadata: request.metadata ?? {},
    model: request.model,
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    reasoning: {
      effort: request.reasoning?.effort ?? null,
      summary: request.reasoning?.summary ?? null,
    },
    service_tier: 'default',
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: request.text ?? { format: { type: 'text' } },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    top_p: request.top_p ?? 1,
    truncation: request.truncation ?? 'disabled',
    user: request.user ?? null,
  };
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
