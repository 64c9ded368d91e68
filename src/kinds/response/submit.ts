import type { KindContext, SubmissionOutcome, UpstreamJob } from '../kind.ts';
import { secretsOf } from '../secrets.ts';
import { submitOnce } from '../submission.ts';
import { readResponse } from './response-object.ts';
import { upstreamJobOf } from './status.ts';

/** Names the deployment that the tool image_generation draws with (Azure OpenAI documentation: Responses API, image generation). */
const IMAGE_DEPLOYMENT_HEADER = 'x-ms-oai-image-generation-deployment';

/** Hands the request over, once, as stored background work. */
export function submit(
  request: Record<string, unknown>,
  { upstream, options, createTimeout }: KindContext,
): Promise<SubmissionOutcome> {
  const image = options.imageGenerationDeployment;
  return submitOnce(upstream, {
    request: {
      method: 'POST',
      path: '/responses',
      body: { ...request, background: true, store: true },
      ...(image === undefined ? {} : { headers: { [IMAGE_DEPLOYMENT_HEADER]: image } }),
      timeout: createTimeout,
    },
    jobOf: acceptedJob,
    secrets: secretsOf(request),
  });
}

/** A success counts when it names the response; whatever state it tells of, the poll will see. */
function acceptedJob(body: unknown): UpstreamJob | undefined {
  const response = readResponse(body);
  return response?.id === undefined ? undefined : upstreamJobOf(response, response.id);
}
