/** A worker process: loads the app and runs the invocations that the host hands to it. */
import { WorkerProgram } from './program.ts';
import type { MessageToHost, MessageToWorker } from './messages.ts';

if (!process.send) {
  throw new Error('A worker is started by the functions host; start main.js of the host instead.');
}

const program = new WorkerProgram((message: MessageToHost) => {
  if (process.connected) process.send?.(message);
});

// Without its host nothing this process does can be recorded any more.
process.once('disconnect', () => process.exit());
process.on('message', (message: MessageToWorker) => program.receive(message));
process.on('uncaughtException', (error, origin) => program.crash(error, origin));
// The host ends its workers; a signal to the whole group (Ctrl-C) must not overtake it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
