/** A worker process: loads the app and runs the invocations that the host hands to it. */
import { Outbox } from '../outbox.ts';
import { WorkerProgram } from './program.ts';
import type { MessageToHost, MessageToWorker } from './messages.ts';

if (!process.send) {
  throw new Error('A worker is started by the functions host; start main.js of the host instead.');
}

const outbox = new Outbox<MessageToHost>((messages) => {
  if (process.connected) process.send?.(messages);
});
const program = new WorkerProgram((message) => {
  outbox.add(message);
  // The host must know of a turn before it begins, and of lines even if the process ends after them.
  if (message.type !== 'turn' && message.type !== 'result') outbox.flush();
});

// Without its host nothing this process does can be recorded any more.
process.once('disconnect', () => process.exit());
process.on('message', (messages: MessageToWorker[]) => {
  for (const message of messages) program.receive(message);
});
process.once('exit', () => outbox.flush());
process.on('uncaughtException', (error, origin) => program.crash(error, origin));
// The host ends its workers; a signal to the whole group (Ctrl-C) must not overtake it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
