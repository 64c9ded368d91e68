import type { FunctionMetadata } from '../contracts.ts';
import { systemError } from './system-error.ts';

/** What the app gives the host to call: its handler as `@azure/functions` wraps it. */
export type FunctionCallback = (...args: unknown[]) => unknown;

export interface RegisteredFunction {
  metadata: FunctionMetadata;
  callback: FunctionCallback;
}

type Registration = Omit<FunctionMetadata, 'functionId'> & { functionId?: string };

/** The functions of the app; closed when the app has started. */
export class FunctionRegistry {
  readonly #functions = new Map<string, RegisteredFunction>();
  #closed = false;

  /** @throws when the name is taken or the app has already started. */
  register(registration: Registration, callback: FunctionCallback): () => void {
    if (this.#closed) {
      throw systemError(
        `Function "${registration.name}" was registered after the app had started; functions can only be registered while the entry points load.`,
      );
    }
    const functionId = registration.functionId ?? registration.name;
    if (this.#functions.has(functionId)) {
      throw systemError(
        `A function named "${registration.name}" has already been registered; names must differ.`,
      );
    }
    this.#functions.set(functionId, { metadata: { ...registration, functionId }, callback });
    return () => void this.#functions.delete(functionId);
  }

  close(): void {
    this.#closed = true;
  }

  /** @throws when the app has no function of this id. */
  get(functionId: string): RegisteredFunction {
    const found = this.#functions.get(functionId);
    if (!found) throw systemError(`This app has no function with the id "${functionId}".`);
    return found;
  }

  all(): FunctionMetadata[] {
    return [...this.#functions.values()].map(({ metadata }) => metadata);
  }
}
