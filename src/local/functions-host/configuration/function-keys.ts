import { randomBytes } from 'node:crypto';
import { StateFile } from '../state-file.ts';

/** The keys of a function app, as Azure keeps them for a host. */
export interface FunctionKeys {
  /** Opens everything, and alone the functions of level `admin` and the admin routes. */
  master: string;
  /** The host key: opens every function of level `function`. */
  default: string;
  /** The system key `durabletask_extension`: opens the durable webhooks. */
  durableTask: string;
  /** Each opens the one function of its name. */
  functions: Record<string, string>;
}

/** The keys in a state directory; each is made when it is first needed. */
export class KeyRing {
  readonly keys: FunctionKeys;
  readonly #file: StateFile<FunctionKeys>;

  /** @throws when the file of keys is not JSON. */
  constructor(stateDirectory: string) {
    this.#file = new StateFile(stateDirectory, 'keys.json');
    this.keys = {
      master: newKey(),
      default: newKey(),
      durableTask: newKey(),
      functions: {},
      ...this.#file.read(),
    };
    this.#file.write(this.keys);
  }

  /** Makes the keys of functions that have none yet. */
  addFunctions(names: readonly string[]): void {
    for (const name of names) this.keys.functions[name] ??= newKey();
    this.#file.write(this.keys);
  }
}

function newKey(): string {
  return randomBytes(32).toString('base64url');
}
