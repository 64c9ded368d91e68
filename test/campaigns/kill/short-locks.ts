/**
 * The Service Bus of the local stack with the shortest locks that Azure allows. A host that is killed
 * keeps its messages locked, for five minutes with the stack's own: in real time, which virtual time
 * cannot shorten.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { bundledProgram } from '../../support/bundled-program.ts';

const LOCK_SECONDS = 5;

interface Entities {
  queues: { lockDurationSeconds: number }[];
}

const place = process.argv.indexOf('--entities') + 1;
const file = process.argv[place] ?? '';
const entities = JSON.parse(readFileSync(file, 'utf8')) as Entities;
for (const queue of entities.queues) queue.lockDurationSeconds = LOCK_SECONDS;
// Beside the stack's own, which would be left empty by a kill in the middle.
process.argv[place] = `${file}.short-locks`;
writeFileSync(process.argv[place], JSON.stringify(entities));

await import(bundledProgram('service-bus'));
