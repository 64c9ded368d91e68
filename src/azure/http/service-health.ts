import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { LonghaulError } from '../../jobs/errors.ts';
import { parseJson } from '../../jobs/json.ts';
import { receiveNotice } from '../../workflow/notices/receive-notice.ts';
import type { Services } from '../../workflow/services.ts';
import { readText } from './request-body.ts';

/** Bytes; Azure Monitor sends no more. */
const LARGEST_NOTICE = 256 * 1_024;

/**
 * `POST /api/service-health`, for an action group of Azure Monitor: 200 says that the notice need not
 * be sent again, 503 that it is to be.
 */
export async function postServiceHealth(
  services: Services,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const text = await readText(request, LARGEST_NOTICE, noticeTooLarge);
  return { jsonBody: await receiveNotice(services, parseJson(text)) };
}

function noticeTooLarge(): LonghaulError {
  return new LonghaulError(
    'body-too-large',
    `A notice may have ${LARGEST_NOTICE} bytes; Azure Monitor sends no larger ones.`,
  );
}
