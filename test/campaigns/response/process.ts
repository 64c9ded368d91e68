import type { Around } from '../../support/in-memory/around.ts';
import type { ServicesWithEngine } from '../../../src/workflow/services.ts';
import type { Weather } from './weather.ts';

/** Called after each operation on the world, at the very moment at which it was done. */
export type Witness = (operation: string) => void;

export const DIED = Symbol('the process died');

/** A process that does one piece of work, and may die before or after anything that it does. */
export class Process {
  readonly services: ServicesWithEngine;
  readonly #died = Promise.withResolvers<typeof DIED>();
  readonly #weather: Weather;
  readonly #witness: Witness;

  constructor(
    weather: Weather,
    witness: Witness,
    servicesOf: (around: Around) => ServicesWithEngine,
  ) {
    this.#weather = weather;
    this.#witness = witness;
    this.services = servicesOf((operation, perform) => this.#operate(operation, perform));
  }

  /** What the work came to, unless the process died over it. */
  run<Result>(
    work: (services: ServicesWithEngine) => Promise<Result>,
  ): Promise<Result | typeof DIED> {
    return Promise.race([this.#died.promise, work(this.services)]);
  }

  async #operate<T>(operation: string, perform: () => T | Promise<T>): Promise<T> {
    await this.#weather.pause();
    if (this.#weather.strikes('crash')) return this.#die();
    this.#weather.reach(operation);
    const done = perform();
    this.#witness(operation);
    const result = await done;
    await this.#weather.pause();
    if (this.#weather.strikes('crash')) return this.#die();
    return this.#weather.told(operation, result);
  }

  /** The dead answer nothing. */
  #die(): Promise<never> {
    this.#died.resolve(DIED);
    return Promise.withResolvers<never>().promise;
  }
}
