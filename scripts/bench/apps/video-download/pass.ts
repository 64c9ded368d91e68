import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { BlobServiceClient } from '@azure/storage-blob';
import { openAIUpstream } from '../../../../src/azure/openai-upstream.ts';
import { BlobOutputWriter } from '../../../../src/azure/output-writer.ts';
import { downloadTo } from '../../../../src/kinds/download.ts';

/** One download of a file into a container, in a process of its own. */
export interface Pass {
  seconds: number;
  bytes: number;
  /** Of the resident set, from after a small download to the peak of the large one. */
  growthMegabytes: number;
}

const MEGABYTE = 1024 * 1024;
const WARM_UP = 8 * MEGABYTE;
const SAMPLE_EVERY = 20;

const [way, base = '', connectionString = '', container = '', bytes = ''] = process.argv.slice(2);
const target =
  BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container);

function noCredential(): never {
  throw new Error('With a key no identity is needed.');
}

/** As the app does it: length checked, hashed, committed when it is whole. */
async function longhaul(path: string, bytesExpected: number): Promise<void> {
  const access = { baseUrl: base, apiKey: 'none', tokenScope: 'none' };
  const upstream = openAIUpstream(access, noCredential, 60_000);
  const name = 'video-1.mp4';
  const outputs = new BlobOutputWriter(target, randomUUID());
  const result = await downloadTo(upstream, { path, name, contentType: 'video/mp4' }, outputs);
  if (result.outcome !== 'saved') throw new Error(`The download is ${result.outcome}.`);
  if (result.file.bytes !== bytesExpected) throw new Error(`${result.file.bytes} bytes came.`);
}

/** The SDK's own way to copy a stream, with its own sizes. */
async function plain(path: string): Promise<void> {
  const { body } = await fetch(base + path.slice(1), { headers: { connection: 'close' } });
  if (!body) throw new Error('no body');
  const stream = Readable.fromWeb(body as ReadableStream<Uint8Array>);
  await target.getBlockBlobClient(randomUUID()).uploadStream(stream);
}

const copy = way === 'plain' ? plain : longhaul;
await copy(`/files/${WARM_UP}`, WARM_UP);
console.log(JSON.stringify(await measured(Number(bytes))));

async function measured(size: number): Promise<Pass> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, SAMPLE_EVERY);
  const start = performance.now();
  await copy(`/files/${size}`, size);
  const seconds = (performance.now() - start) / 1_000;
  clearInterval(sampler);
  return { seconds, bytes: size, growthMegabytes: (peak - before) / MEGABYTE };
}
