import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { LogLevel } from '../contracts.ts';
import { Outbox } from '../outbox.ts';
import type { MessageToHost, MessageToWorker } from '../worker/messages.ts';
import { WORKER_ENTRY } from '../worker-entry.ts';

export interface WorkerEvents {
  message(message: MessageToHost): void;
  /** A line that the app wrote past the console. */
  line(level: LogLevel, line: string): void;
  exit(reason: string): void;
}

/** One worker as an operating system process. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  /** Messages to a process that has just died are dropped: its exit is reported anyway. */
  readonly #outbox = new Outbox<MessageToWorker>((messages) => {
    if (this.#child.connected) this.#child.send(messages, () => undefined);
  });

  constructor(environment: NodeJS.ProcessEnv, directory: string, events: WorkerEvents) {
    this.#child = fork(WORKER_ENTRY, [], {
      cwd: directory,
      env: environment,
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#child.on('message', (messages) => {
      for (const message of messages as MessageToHost[]) events.message(message);
    });
    this.#child.once('error', (error) => events.exit(`could not be started: ${error.message}`));
    this.#child.once('exit', (code, signal) =>
      events.exit(signal ? `was ended by ${signal}` : `exited with code ${code}`),
    );
    forEachLine(this.#child.stdout, (line) => events.line('information', line));
    forEachLine(this.#child.stderr, (line) => events.line('warning', line));
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  send(message: MessageToWorker): void {
    this.#outbox.add(message);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

function forEachLine(stream: Readable | null, line: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', line);
}
