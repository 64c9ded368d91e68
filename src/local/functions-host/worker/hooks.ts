import { systemError } from './system-error.ts';

const HOOKS = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;
export type HookName = (typeof HOOKS)[number];

type HookCallback = (context: Record<string, unknown>) => unknown;

function isHookName(name: string): name is HookName {
  return (HOOKS as readonly string[]).includes(name);
}

/** The hooks that the app and its libraries registered. */
export class Hooks {
  readonly #callbacks: Record<HookName, HookCallback[]> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  };
  /** Shared by all hooks of the app. */
  readonly appHookData: Record<string, unknown> = {};
  /** Shared by the hooks that are not about one invocation. */
  readonly #appLevelHookData: Record<string, unknown> = {};

  /** @throws RangeError for an unknown name: `@azure/functions` explains that one to the user. */
  register(name: string, callback: HookCallback): () => void {
    if (!isHookName(name)) {
      throw systemError(`Unknown hook "${name}"; known are ${HOOKS.join(', ')}.`, RangeError);
    }
    const callbacks = this.#callbacks[name];
    callbacks.push(callback);
    return () => {
      const index = callbacks.indexOf(callback);
      if (index >= 0) callbacks.splice(index, 1);
    };
  }

  /** Runs the hooks of a name in order; what one throws stops the rest. */
  async run(name: HookName, context: Record<string, unknown>): Promise<void> {
    for (const callback of this.#callbacks[name]) await callback(context);
  }

  /** Log hooks may change the level and the message; they run at once, as the line is written. */
  runLog(context: Record<string, unknown>): void {
    for (const callback of this.#callbacks.log) callback(context);
  }

  /** The context of a hook that is not about one invocation. */
  appContext(more: Record<string, unknown> = {}): Record<string, unknown> {
    return { hookData: this.#appLevelHookData, appHookData: this.appHookData, ...more };
  }
}
