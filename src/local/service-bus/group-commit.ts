import type { DatabaseSync } from 'node:sqlite';

/**
 * One transaction for everything that happens in one turn of the event loop. Nothing leaves the
 * broker before its transaction is committed: answers and deliveries wait as effects.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  #beforeCommit: () => void = () => {};
  #effects: (() => void)[] = [];
  #writing = false;
  #turn: NodeJS.Immediate | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Sets what runs at the end of every turn, just before it is committed. */
  beforeCommit(action: () => void): void {
    this.#beforeCommit = action;
  }

  /** Runs an effect once everything written so far is committed. */
  afterCommit(effect: () => void): void {
    this.#effects.push(effect);
    this.request();
  }

  /** Asks for a turn even if nothing is written. */
  request(): void {
    this.#turn ??= setImmediate(() => this.flush());
  }

  /** Opens the transaction of this turn, if no write has done so before. */
  begin(): void {
    if (this.#writing) return;
    this.#database.exec('BEGIN');
    this.#writing = true;
    this.request();
  }

  /**
   * Ends the turn now. A commit that fails must end the process: memory is ahead of the disk then,
   * and only a restart brings them together.
   */
  flush(): void {
    this.#beforeCommit();
    clearImmediate(this.#turn);
    this.#turn = undefined;
    if (this.#writing) this.#database.exec('COMMIT');
    this.#writing = false;
    const effects = this.#effects;
    this.#effects = [];
    for (const effect of effects) effect();
  }
}
