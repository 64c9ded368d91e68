import { clock } from '../../clock.ts';
import { Child, ProgramEnded, type Program, type Ready } from './child.ts';
import { restartDelay, SHORT_LIFE_MS } from './restart-policy.ts';

export interface SupervisorObserver {
  /** It died and will be started again. */
  died(how: string): void;
  /** It is ready again. */
  recovered(): void;
  /** It died too often and stays down. */
  gaveUp(error: ProgramEnded): void;
}

/** Keeps one program running: when it dies, it is started again with the same arguments. */
export class Supervisor {
  readonly #program: Program;
  readonly #observer: SupervisorObserver;
  #child: Child | undefined;
  #readySince: number | undefined;
  #shortLives = 0;

  constructor(program: Program, observer: SupervisorObserver) {
    this.#program = program;
    this.#observer = observer;
  }

  /** The process id, while there is a process. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts the program and keeps it running from the moment it is ready.
   *
   * @throws ProgramEnded when it does not become ready: what fails at first will fail again
   */
  async start(): Promise<Ready> {
    const child = this.#run();
    const ready = await child.ready;
    void child.exited.then((how) => this.#onExit(child, how));
    return ready;
  }

  /** Ends the program properly, for good. */
  async stop(): Promise<void> {
    await this.#release()?.stop();
  }

  /** Kills the program and leaves it down until the next {@link start}. */
  async kill(): Promise<void> {
    await this.#release()?.kill();
  }

  #release(): Child | undefined {
    const child = this.#child;
    this.#child = undefined;
    return child;
  }

  #run(): Child {
    const child = new Child(this.#program);
    this.#child = child;
    this.#readySince = undefined;
    void child.ready.then(
      () => (this.#readySince = clock().now()),
      () => undefined,
    );
    return child;
  }

  async #onExit(child: Child, how: string): Promise<void> {
    if (this.#child !== child) return;
    this.#shortLives = this.#wasShort() ? this.#shortLives + 1 : 0;
    const delay = restartDelay(this.#shortLives);
    if (delay === undefined) {
      this.#observer.gaveUp(new ProgramEnded(this.#program, how));
      return;
    }
    this.#observer.died(how);
    await clock().sleep(delay);
    if (this.#child === child) await this.#restart();
  }

  async #restart(): Promise<void> {
    const child = this.#run();
    void child.exited.then((how) => this.#onExit(child, how));
    await child.ready.then(
      () => this.#observer.recovered(),
      () => undefined,
    );
  }

  #wasShort(): boolean {
    return this.#readySince === undefined || clock().now() - this.#readySince < SHORT_LIFE_MS;
  }
}
