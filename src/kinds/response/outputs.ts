import { ask, unreadable } from '../asking.ts';
import type { CollectOutcome, KindContext, OutputWriter } from '../kind.ts';
import type { JobError } from '../../jobs/errors.ts';
import type { OutputFile } from '../../jobs/manifest.ts';
import { withoutSecrets } from '../secrets.ts';
import { imageCalls, type ImageCall } from './images.ts';
import { markdownOf } from './markdown.ts';
import { responsePath } from './path.ts';
import { readResponse, type ResponseObject } from './response-object.ts';
import { resultOf } from './status.ts';
import { filesInContainers, warningsOf } from './warnings.ts';

/** Brings a response home: upstream's own JSON, a page to read, and its images as files. */
export async function collect(
  upstreamId: string,
  { upstream }: KindContext,
  outputs: OutputWriter,
): Promise<CollectOutcome> {
  const answer = await ask(upstream, { method: 'GET', path: responsePath(upstreamId) });
  if (answer.outcome === 'refused') return { outcome: 'unreadable', error: answer.error };
  if (answer.outcome !== 'answered') return answer;
  const response = readResponse(answer.body);
  const result = response && resultOf(response);
  if (!result) return unreadable('There is nothing to collect yet: the response has not ended.');
  return collected(response, result.error, outputs);
}

async function collected(
  response: ResponseObject,
  error: JobError | undefined,
  outputs: OutputWriter,
): Promise<CollectOutcome> {
  const images = imageCalls(response.output);
  const faults = images.flatMap(({ fault }) => fault ?? []);
  const leftBehind = filesInContainers(response.output);
  return {
    outcome: 'collected',
    files: await written(response, images, outputs, error),
    complete: response.state === 'completed' && faults.length + leftBehind.length === 0,
    ...(response.usage === undefined ? {} : { usage: response.usage }),
    warnings: [...faults, ...warningsOf(response)],
    ...(error === undefined ? {} : { error }),
  };
}

async function written(
  response: ResponseObject,
  images: readonly ImageCall[],
  outputs: OutputWriter,
  error: JobError | undefined,
): Promise<OutputFile[]> {
  const json = `${JSON.stringify(withoutSecrets(response.body), null, 2)}\n`;
  const page = markdownOf(response.output, images, error);
  const files = [
    await outputs.write('response.json', json, 'application/json'),
    await outputs.write('output.md', page, 'text/markdown; charset=utf-8'),
  ];
  for (const { file } of images) {
    if (file) files.push(await outputs.write(file.name, file.content, file.contentType));
  }
  return files;
}
