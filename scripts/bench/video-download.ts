import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BlobServiceClient } from '@azure/storage-blob';
import type { Pass } from './apps/video-download/pass.ts';
import { Child } from './child.ts';
import { rounded, type Bench, type Result } from './result.ts';

const NAME = 'video download';
const FILE_BYTES = 1_000_000_000;
const CHUNK_BYTES = 64 * 1024;
const ROUNDS = 3;
const CONTAINER = 'outputs';
const MEGABYTE = 1_000_000;

const PASS = fileURLToPath(new URL('apps/video-download/pass.ts', import.meta.url));

/**
 * A large file from upstream to block storage, against a plain copy of the stream between the same
 * two endpoints, and the memory that it takes.
 */
export const VIDEO_DOWNLOAD_BENCH: Bench = { name: NAME, run: measured };

type Way = 'longhaul' | 'plain';

async function measured(): Promise<Result[]> {
  const storage = await Child.start<{ connectionString: string }>('storage', () => []);
  const server = await serveFiles();
  try {
    const { connectionString } = storage.ready;
    const blobs = BlobServiceClient.fromConnectionString(connectionString);
    await blobs.getContainerClient(CONTAINER).create();
    return resultsOf(await inTurn(addressOf(server), connectionString));
  } finally {
    server.close();
    await storage.stop();
  }
}

/** The median of each, taken in turn so that both meet the same machine. */
async function inTurn(base: string, connectionString: string): Promise<Record<Way, Pass[]>> {
  const passes: Record<Way, Pass[]> = { longhaul: [], plain: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of ['plain', 'longhaul'] as const) {
      passes[way].push(await onePass(way, base, connectionString));
    }
  }
  return passes;
}

async function onePass(way: Way, base: string, connectionString: string): Promise<Pass> {
  const flags = ['--disable-warning=ExperimentalWarning', PASS, way, base, connectionString];
  const all = [...flags, CONTAINER, String(FILE_BYTES)];
  const { stdout } = await promisify(execFile)(process.execPath, all);
  return JSON.parse(stdout) as Pass;
}

function resultsOf({ longhaul, plain }: Record<Way, Pass[]>): Result[] {
  const ours = median(longhaul);
  const theirs = median(plain);
  return [
    speed('plain copy of the stream', theirs),
    speed('download', ours),
    {
      name: `${NAME}: against the plain copy`,
      value: rounded((theirs.seconds / ours.seconds) * 100),
      unit: '%',
      atLeast: 70,
    },
    growth('plain copy of the stream', plain),
    { ...growth('download', longhaul), allowed: 64 },
  ];
}

function median(passes: Pass[]): Pass {
  const sorted = passes.toSorted((one, other) => one.seconds - other.seconds);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle) return middle;
  throw new Error('There was no pass.');
}

function speed(what: string, { bytes, seconds }: Pass): Result {
  return {
    name: `${NAME}: ${what}`,
    value: rounded(bytes / MEGABYTE / seconds),
    unit: 'MB per second',
    megabytes: bytes / MEGABYTE,
    seconds: rounded(seconds),
    medianOf: ROUNDS,
  };
}

/** The worst of all passes: memory is a promise, not an average. */
function growth(what: string, passes: Pass[]): Result {
  const value = rounded(Math.max(...passes.map(({ growthMegabytes }) => growthMegabytes)));
  return { name: `${NAME}: memory growth, ${what}`, value, unit: 'MB at most' };
}

/** `GET …/files/{bytes}` gives that many bytes, made as they are sent. */
async function serveFiles(): Promise<Server> {
  const server = createServer((request, response) => {
    send(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/openai/v1/`;
}

async function send({ url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
  const bytes = Number(url.split('/').at(-1));
  response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': bytes });
  await pipeline(Readable.from(chunksOf(bytes)), response);
}

function* chunksOf(bytes: number): Generator<Buffer> {
  const chunk = Buffer.alloc(CHUNK_BYTES, 'not quite a video ');
  for (let left = bytes; left > 0; left -= CHUNK_BYTES) {
    yield left < CHUNK_BYTES ? chunk.subarray(0, left) : chunk;
  }
}
