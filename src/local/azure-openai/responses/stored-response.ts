import { randomBytes } from 'node:crypto';
import type { ResponseOutputItem } from 'openai/resources/responses/responses';
import { sha256 } from '../hash.ts';
import type { CreateRequest } from './create-request.ts';
import type { Course } from './progress.ts';

export type McpApprovalRequest = ResponseOutputItem.McpApprovalRequest;

/** What is kept of a response. Status, output and usage follow from it and the time. */
export interface StoredResponse extends Course {
  id: string;
  deployment: string;
  /** Name of the model behind the deployment. */
  model: string;
  /** Whether the model reasons before it answers. */
  reasoning: boolean;
  requestHash: string;
  /** Without what must not be kept. */
  request: CreateRequest;
  /** Approvals that the previous response asked for. */
  approvalRequests: McpApprovalRequest[];
}

export function newResponseId(): string {
  return `resp_${randomBytes(24).toString('hex')}`;
}

/** The identifier of one item of a response, the same at every reading. */
export function itemId(prefix: string, responseId: string, what: string): string {
  return `${prefix}_${sha256(`${responseId} ${what}`).toString('hex').slice(0, 48)}`;
}
