import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** A program of the local stack, and how it is started. */
export interface Program {
  name: string;
  /** The file to run, absolute. */
  path: string;
  arguments: string[];
  environment: NodeJS.ProcessEnv;
  /** The file that gets what it writes to standard output and error. */
  log: string;
  /** How long it may take to end when it is asked to, before it is killed; five seconds by default. */
  stopWithinMs?: number;
}

/** What a program says when it is ready: addresses, mostly. */
export type Ready = Readonly<Record<string, unknown>>;

/** A program that ended when it should not have; the message ends with the last it wrote. */
export class ProgramEnded extends Error {
  override readonly name = 'ProgramEnded';

  constructor(program: Program, how: string) {
    super(
      `${program.name} ended (${how}). Its last output, from ${program.log}:\n${lastOutput(program)}`,
    );
  }
}

const STOP_WITHIN_MS = 5_000;
const LAST_LINES = 15;

/**
 * One run of a program as a child process. It is in a process group of its own, so that Ctrl-C reaches this
 * process alone, and it ends when the channel to this process closes, however this process ends.
 */
export class Child {
  /** Rejects with {@link ProgramEnded} if it ends without having become ready. */
  readonly ready: Promise<Ready>;
  /** Resolves with how it ended. */
  readonly exited: Promise<string>;
  readonly #process: ChildProcess;
  readonly #stopWithinMs: number;

  constructor(program: Program) {
    this.#process = spawn(program);
    this.#stopWithinMs = program.stopWithinMs ?? STOP_WITHIN_MS;
    this.exited = exitOf(this.#process);
    this.ready = Promise.race([
      readyMessage(this.#process),
      this.exited.then((how) => Promise.reject(new ProgramEnded(program, how))),
    ]);
    // Who waits for it also hears of its failure; nobody may be waiting after a kill.
    this.ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Asks it to end, and insists when it takes too long. */
  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    const insist = setTimeout(() => this.#process.kill('SIGKILL'), this.#stopWithinMs);
    await this.exited;
    clearTimeout(insist);
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exited;
  }
}

function spawn(program: Program): ChildProcess {
  const log = openSync(program.log, 'a');
  try {
    return fork(program.path, program.arguments, {
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
      // Deprecations are those of bundled dependencies.
      execArgv: ['--disable-warning=ExperimentalWarning', '--no-deprecation'],
      env: program.environment,
    });
  } finally {
    closeSync(log);
  }
}

function readyMessage(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve) => {
    child.on('message', (message: Ready) => {
      if (message['type'] === 'ready') resolve(message);
    });
  });
}

async function exitOf(child: ChildProcess): Promise<string> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

function lastOutput({ log }: Program): string {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
}
