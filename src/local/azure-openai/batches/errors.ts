import { ApiError } from '../errors.ts';

function refusal(status: number, message: string, param: string | null, code: string | null) {
  return new ApiError(status, { message, type: 'invalid_request_error', param, code });
}

/** OpenAI's wording: Azure's own is not published (contract sheet, section 11). */
export function tokenLimitMessage(deployment: string, limit: number): string {
  return `Enqueued token limit reached for ${deployment}. Limit: ${limit.toLocaleString('en')} enqueued tokens. Please try again once some in_progress batches have been completed.`;
}

/** What the batch routes refuse. */
export const batchErrors = {
  notFound: (id: string) => refusal(404, `No batch found with id '${id}'.`, null, null),
  invalidEndpoint: (endpoint: string, allowed: readonly string[]) =>
    refusal(
      400,
      `Invalid value: '${endpoint}'. Supported values are: ${allowed.map((name) => `'${name}'`).join(', ')}.`,
      'endpoint',
      'invalid_value',
    ),
  inputNotFound: (id: string) =>
    refusal(400, `The input file '${id}' was not found.`, 'input_file_id', 'invalid_value'),
  inputPurpose: (purpose: string) =>
    refusal(
      400,
      `The input file must have the purpose 'batch', not '${purpose}'.`,
      'input_file_id',
      'invalid_value',
    ),
  inputNotProcessed: (id: string) =>
    refusal(400, `The input file '${id}' is not processed yet.`, 'input_file_id', 'invalid_value'),
  tokenLimitExceeded: (deployment: string, limit: number) =>
    refusal(400, tokenLimitMessage(deployment, limit), null, 'token_limit_exceeded'),
  cannotCancel: (status: string) =>
    refusal(400, `Cannot cancel a batch with status '${status}'.`, null, null),
};
