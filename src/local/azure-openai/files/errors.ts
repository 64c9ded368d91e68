import { ApiError } from '../errors.ts';

function refusal(status: number, message: string, param: string | null, code: string | null) {
  return new ApiError(status, { message, type: 'invalid_request_error', param, code });
}

/** What the file routes refuse; the texts are those of OpenAI, since Azure publishes none. */
export const fileErrors = {
  notFound: (id: string) => refusal(404, `No such File object: ${id}`, 'id', null),
  noForm: () =>
    refusal(400, "'file' and 'purpose' are required, as multipart/form-data.", null, null),
  noFile: () => refusal(400, "'file' is a required property.", 'file', null),
  invalidPurpose: (purpose: string, allowed: readonly string[]) =>
    refusal(
      400,
      `'${purpose}' is not one of [${allowed.map((name) => `'${name}'`).join(', ')}] - 'purpose'`,
      'purpose',
      null,
    ),
  invalidExpiry: (field: string, message: string) =>
    refusal(400, message, `expires_after.${field}`, 'invalid_value'),
  tooLarge: (limitBytes: number) =>
    refusal(413, `File is too large. The maximum size is ${limitBytes} bytes.`, 'file', null),
  tooMany: (limit: number, withExpiry: boolean) =>
    refusal(
      400,
      `The resource already holds its maximum of ${limit} files ${withExpiry ? 'with' : 'without'} an expiry. Delete some of them${withExpiry ? '' : ', or set expires_after'}.`,
      null,
      'quotaExceeded',
    ),
  noContent: (id: string) =>
    refusal(400, `The content of file ${id} is not available before it is processed.`, 'id', null),
};
