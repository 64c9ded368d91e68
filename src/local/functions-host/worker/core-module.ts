/**
 * The module `@azure/functions-core`, which exists in no registry: the language worker provides it,
 * and `@azure/functions` requires it at its first registration. If it cannot, the library falls
 * silently into a test mode that drops every function, so it has to be in place before the app loads.
 */
import Module from 'node:module';
import type { Hooks } from './hooks.ts';
import type { FunctionCallback, FunctionRegistry } from './registry.ts';
import type { ProgrammingModel } from './programming-model.ts';

const NAME = '@azure/functions-core';

/** Versions that are new enough for every feature of `@azure/functions` 4. */
const HOST_VERSION = '4.1036.0';
const WORKER_VERSION = '3.12.0';

class Disposable {
  #dispose: (() => unknown) | undefined;

  constructor(dispose: () => unknown) {
    this.#dispose = dispose;
  }

  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }

  dispose(): unknown {
    const dispose = this.#dispose;
    this.#dispose = undefined;
    return dispose?.();
  }
}

export interface CoreParts {
  registry: FunctionRegistry;
  hooks: Hooks;
  log(level: string, category: string, message: string): void;
}

/** Puts the module in place and answers with the programming model that the app sets, once it has. */
export function installCoreModule(parts: CoreParts): () => ProgrammingModel | undefined {
  let model: ProgrammingModel | undefined;
  const core = {
    version: WORKER_VERSION,
    hostVersion: HOST_VERSION,
    Disposable,
    registerFunction: (
      metadata: Parameters<FunctionRegistry['register']>[0],
      callback: FunctionCallback,
    ) => new Disposable(parts.registry.register(metadata, callback)),
    registerHook: (...hook: Parameters<Hooks['register']>) =>
      new Disposable(parts.hooks.register(...hook)),
    setProgrammingModel: (chosen: ProgrammingModel) => {
      model = chosen;
    },
    getProgrammingModel: () => model,
    log: (...line: Parameters<CoreParts['log']>) => parts.log(...line),
  };
  serveModule(core);
  return () => model;
}

/**
 * `@azure/functions` is CommonJS and asks with `require`, which goes through this function in every version
 * of Node. The public `module.registerHooks` does not do: up to 22.20, CommonJS files that ESM imports do
 * not ask it, and no longer load each other in circles once a hook is there.
 */
function serveModule(core: object): void {
  const modules = Module as unknown as { _load: (...request: unknown[]) => unknown };
  const load = modules._load;
  modules._load = (request, ...rest) => (request === NAME ? core : load(request, ...rest));
}
