import { ApiError, errors } from '../errors.ts';
import { canonicalHash, sha256 } from '../hash.ts';
import type { Deployments, Model } from '../models.ts';
import { settled } from '../responses/create.ts';
import {
  parseCreateRequest,
  withoutSecrets,
  type CreateRequest,
} from '../responses/create-request.ts';
import { planOf } from '../responses/plan.ts';
import { resourceAt } from '../responses/resource.ts';
import { checkRules } from '../responses/rules.ts';
import type { StoredResponse } from '../responses/stored-response.ts';
import { withCachedTokens } from './cached-tokens.ts';
import { chatCompletion, responseRequest } from './chat-completion.ts';
import { familyOf } from './endpoint.ts';
import type { Row } from './row.ts';

/** What the model says to one row: a status and a body, as the endpoint itself would answer. */
export interface RowAnswer {
  status: number;
  body: unknown;
}

/** A row that the model takes, as a request of the Responses API. */
export interface AcceptedRow {
  row: Row;
  request: CreateRequest;
  model: Model;
}

/** @throws ApiError when the endpoint would refuse the request, as it would outside of a batch. */
export function acceptRow(row: Row, deployments: Deployments): AcceptedRow {
  const request = parseCreateRequest(isChat(row) ? responseRequest(row.body) : row.body);
  const unsupported = (['stream', 'background'] as const).find((field) => request[field] === true);
  if (unsupported !== undefined) {
    throw errors.unsupportedParameter(unsupported, 'is not supported in a batch');
  }
  const model = deployments.modelOf(request.model);
  checkRules({ request, model, deployments, imageDeployment: undefined });
  return { row, request, model };
}

/**
 * Answers a row, always in the same way, from nothing but the row and where it belongs.
 * @param batchId tells the answers of two batches apart.
 * @param at when it was answered, in milliseconds since the Unix epoch.
 */
export function answerRow(
  row: Row,
  deployments: Deployments,
  batchId: string,
  at: number,
): RowAnswer {
  try {
    const response = respond(acceptRow(row, deployments), batchId, at);
    return { status: 200, body: isChat(row) ? chatCompletion(response) : response };
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.body };
    throw error;
  }
}

function isChat({ url }: Row): boolean {
  return familyOf(url) === 'chat-completions';
}

function respond({ row, request, model }: AcceptedRow, batchId: string, at: number) {
  const stored: StoredResponse = {
    id: `resp_${sha256(`${batchId} ${row.custom_id}`).toString('hex').slice(0, 48)}`,
    createdAt: at,
    deployment: request.model,
    model: model.name,
    reasoning: model.reasoning,
    requestHash: canonicalHash(row.body),
    request: withoutSecrets(request),
    approvalRequests: [],
    plan: planOf({}, false, { minSeconds: 0, maxSeconds: 0 }, 0),
  };
  return withCachedTokens(resourceAt(settled(stored), at), row.custom_id);
}
