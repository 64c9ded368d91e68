import { isObject } from '../../../jobs/json.ts';
import { objectField, textField, type JsonObject } from '../../json-fields.ts';
import type { Line } from '../rows/line-splitter.ts';
import { failureOf, type Failure } from './failure.ts';
import type { ModelUsage } from './ledger-entry.ts';

/** What one line of upstream's output or error file says. */
export interface ResultLine {
  customId: string;
  /** Absent when the row succeeded. */
  failure: Failure | undefined;
  /** As the answer names it. */
  model: string | undefined;
  usage: ModelUsage;
}

/** @returns undefined for what is no result: the half line at the end of a file that was cut off. */
export function resultOf({ bytes, start, end, overlong }: Line): ResultLine | undefined {
  const result = overlong ? undefined : jsonObject(bytes.toString('utf8', start, end));
  const customId = result?.['custom_id'];
  if (!result || typeof customId !== 'string') return undefined;
  const body = objectField(objectField(result, 'response'), 'body');
  return {
    customId,
    failure: failureOf(result),
    model: textField(body, 'model'),
    usage: usageOf(objectField(body, 'usage')),
  };
}

function jsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The counters of responses, and those of chat completions, under one name. */
function usageOf(usage: JsonObject): ModelUsage {
  const inputDetails = {
    ...objectField(usage, 'prompt_tokens_details'),
    ...objectField(usage, 'input_tokens_details'),
  };
  const outputDetails = {
    ...objectField(usage, 'completion_tokens_details'),
    ...objectField(usage, 'output_tokens_details'),
  };
  return {
    inputTokens: count(usage['input_tokens'] ?? usage['prompt_tokens']),
    cachedTokens: count(inputDetails['cached_tokens']),
    outputTokens: count(usage['output_tokens'] ?? usage['completion_tokens']),
    reasoningTokens: count(outputDetails['reasoning_tokens']),
  };
}

function count(value: unknown): number {
  const isCount = typeof value === 'number' && value >= 0 && value <= 0xffff_ffff;
  return isCount ? Math.floor(value) : 0;
}
