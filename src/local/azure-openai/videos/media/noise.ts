import { createCipheriv } from 'node:crypto';
import { sha256 } from '../../hash.ts';

const AES_BLOCK_BYTES = 16;
const CHUNK = Buffer.alloc(256 * 1024);

/**
 * Bytes that look random, always the same for the same seed, from any offset on: a file that was put
 * together wrongly from parts has another hash. The key stream of AES in counter mode is all that.
 */
export function* noise(seed: string, start: number, end: number): Generator<Buffer> {
  const counter = Buffer.alloc(AES_BLOCK_BYTES);
  counter.writeBigUInt64BE(BigInt(Math.floor(start / AES_BLOCK_BYTES)), 8);
  const cipher = createCipheriv('aes-256-ctr', sha256(seed), counter);
  cipher.update(CHUNK.subarray(0, start % AES_BLOCK_BYTES));
  for (let at = start; at < end; at += CHUNK.length) {
    yield cipher.update(CHUNK.subarray(0, end - at));
  }
}
