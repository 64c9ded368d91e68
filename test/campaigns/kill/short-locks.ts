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

const file = process.argv[process.argv.indexOf('--entities') + 1] ?? '';
const entities = JSON.parse(readFileSync(file, 'utf8')) as Entities;
for (const queue of entities.queues) queue.lockDurationSeconds = LOCK_SECONDS;
writeFileSync(file, JSON.stringify(entities));

await import(bundledProgram('service-bus'));
