import { header, jsonBody, type Answer, type Call } from '../call.ts';
import { errors } from '../errors.ts';
import { canonicalHash, fractionOf } from '../hash.ts';
import { rateLimitHeaders } from '../rate-limits.ts';
import type { Services } from '../services.ts';
import { answerOf } from './answer/answer.ts';
import { inputTokens } from './answer/tokens.ts';
import { parseCreateRequest, withoutSecrets, type CreateRequest } from './create-request.ts';
import { planOf, type Plan, type Wishes } from './plan.ts';
import { resourceAt } from './resource.ts';
import type { ResponsesTable } from './responses-table.ts';
import { checkRules } from './rules.ts';
import { newResponseId, type McpApprovalRequest, type StoredResponse } from './stored-response.ts';
import { streamAnswer } from './stream.ts';

export const CREATE_ROUTE = 'POST /responses';

/**
 * Accepts a response, or refuses it with an ApiError before anything is kept. It counts as paid and,
 * unless `store` is false, is kept when this returns.
 */
export function createResponse(
  services: Services,
  table: ResponsesTable,
  call: Call,
  wishes: Wishes,
): Answer {
  const body = jsonBody(call);
  const request = parseCreateRequest(body);
  const model = services.deployments.modelOf(request.model);
  const imageDeployment = header(call, 'x-ms-oai-image-generation-deployment');
  checkRules({ request, model, deployments: services.deployments, imageDeployment });

  const requestHash = canonicalHash(body);
  const stored = settled({
    id: newResponseId(),
    createdAt: call.at,
    deployment: request.model,
    model: model.name,
    reasoning: model.reasoning,
    requestHash,
    request: withoutSecrets(request),
    approvalRequests: approvalsAskedBy(table, request, call.at),
    plan: plan(services, request, wishes, requestHash),
  });
  keep(services, table, stored);

  const limits = rateLimitHeaders(services, request.model, model, call.at);
  const answer = firstAnswer(services, table, stored);
  return { ...answer, headers: { ...answer.headers, ...limits } };
}

function keep({ creates }: Services, table: ResponsesTable, stored: StoredResponse): void {
  if (stored.request.store !== false) table.save(stored);
  creates.add({
    route: CREATE_ROUTE,
    requestHash: stored.requestHash,
    deployment: stored.deployment,
    tokens: inputTokens(stored.request),
    at: stored.createdAt,
  });
}

function firstAnswer(services: Services, table: ResponsesTable, stored: StoredResponse): Answer {
  return stored.request.stream === true
    ? streamAnswer(services, table, stored)
    : { status: 200, json: resourceAt(stored, stored.createdAt) };
}

function plan(
  services: Services,
  request: CreateRequest,
  wishes: Wishes,
  requestHash: string,
): Plan {
  return planOf(
    wishes,
    request.background === true,
    services.durations.of('responses'),
    fractionOf(`${requestHash} duration`),
  );
}

/** A response that runs out of tokens ends incomplete, as if that had been planned. */
export function settled(stored: StoredResponse): StoredResponse {
  const { plan, request } = stored;
  if (plan.outcome.status !== 'completed' || request.max_output_tokens == null) return stored;
  if (!answerOf(stored).cutShort) return stored;
  const outcome = { status: 'incomplete', reason: 'max_output_tokens' } as const;
  return { ...stored, plan: { ...plan, outcome } };
}

/** @throws ApiError 400 when the previous response does not exist. */
function approvalsAskedBy(
  table: ResponsesTable,
  { previous_response_id: id }: CreateRequest,
  now: number,
): McpApprovalRequest[] {
  if (id == null) return [];
  const previous = table.find(id, now);
  if (previous === undefined) throw errors.previousResponseNotFound(id);
  return answerOf(previous).output.filter((item) => item.type === 'mcp_approval_request');
}
