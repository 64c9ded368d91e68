import OpenAI, { APIError } from 'openai';
import type { ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses';
import { onTestFinished } from 'vitest';
import {
  startSimulator,
  type SimulatorOptions,
} from '../../../src/local/azure-openai/simulator.ts';

/** A fixed moment on which the manual clock starts: 2026-11-20T12:00:00Z. */
export const START = Date.UTC(2026, 10, 20, 12);

/** Every background response takes ten seconds here, of which the first two are in the queue. */
export const DURATION_SECONDS = 10;

/** A simulator that is stopped with the test, its clock, and a client of it. */
export async function simulatorForTest(options: SimulatorOptions = {}) {
  const time = { now: START, advance: (seconds: number) => void (time.now += seconds * 1000) };
  const simulator = await startSimulator({
    clock: { now: () => time.now },
    durations: { minSeconds: DURATION_SECONDS, maxSeconds: DURATION_SECONDS },
    ...options,
  });
  onTestFinished(() => simulator.stop());
  const client = clientOf(simulator.url);
  return {
    ...simulator,
    time,
    client,
    control: (method: string, path: string, body?: unknown) =>
      control(simulator.controlUrl, method, path, body),
    fault: (fault: unknown) => control(simulator.controlUrl, 'POST', '/faults', fault),
    background: (fields: Partial<ResponseCreateParamsNonStreaming> = {}) =>
      client.responses.create({ model: 'o3-pro', input: 'Why?', background: true, ...fields }),
  };
}

export type TestSimulator = Awaited<ReturnType<typeof simulatorForTest>>;

export function clientOf(baseURL: string, apiKey = 'any-key'): OpenAI {
  return new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: 50_000 });
}

/** Asks the control interface; the answer is read as JSON when there is one. */
export async function control(base: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${base}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** The API error that a call ends with. */
export async function errorOf(call: PromiseLike<unknown>): Promise<APIError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof APIError) return error;
    throw error;
  }
  throw new Error('The call was expected to fail, and it succeeded.');
}
