import { expect } from 'vitest';
import { eventually } from './eventually.ts';

export interface OrchestrationStatus {
  runtimeStatus: string;
  output: unknown;
  customStatus: unknown;
}

/** Starts an orchestration through the webhook and waits for its end. */
export async function runOrchestration(
  url: string,
  name: string,
  input?: unknown,
): Promise<OrchestrationStatus> {
  const started = await fetch(`${url}/runtime/webhooks/durabletask/orchestrators/${name}`, {
    method: 'POST',
    body: input === undefined ? null : JSON.stringify(input),
  });
  expect(started.status).toBe(202);
  const { statusQueryGetUri } = (await started.json()) as { statusQueryGetUri: string };
  return endOf(statusQueryGetUri);
}

/** Waits for the end of an orchestration. @param statusUri of a check-status response. */
export function endOf(statusUri: string): Promise<OrchestrationStatus> {
  return eventually(async () => {
    const response = await fetch(statusUri);
    expect(response.status).toBe(200);
    return (await response.json()) as OrchestrationStatus;
  });
}
