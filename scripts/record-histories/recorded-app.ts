import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = new URL('../../', import.meta.url);

/** Without the timers: what they start at their times is no part of a job's history. */
const FUNCTIONS = ['http', 'run-job'];

/** What the durable engine handed to the orchestrator; only what matters here. */
export interface Trigger {
  instanceId: string;
  history: { EventType: number; [field: string]: unknown }[];
}

/**
 * The app in a directory of its own, with a hook that writes down what each generation of each
 * orchestration was handed in its last turn. A hook is the app's own means to see its invocations
 * (https://learn.microsoft.com/azure/azure-functions/functions-reference-node, Hooks).
 */
export class RecordedApp {
  readonly directory: string;
  readonly #triggers: string;

  constructor(directory: string) {
    this.directory = directory;
    this.#triggers = join(directory, 'triggers');
    mkdirSync(this.#triggers, { recursive: true });
    copyFileSync(new URL('host.json', ROOT), join(directory, 'host.json'));
    writeFileSync(
      join(directory, 'package.json'),
      JSON.stringify({ type: 'module', main: 'app.js' }),
    );
    writeFileSync(join(directory, 'app.js'), this.#source());
  }

  #source(): string {
    const imports = FUNCTIONS.map(
      (name) => `import ${JSON.stringify(new URL(`functions/${name}.ts`, ROOT).href)};`,
    );
    return `
import { writeFileSync } from 'node:fs';
import { app } from ${JSON.stringify(import.meta.resolve('@azure/functions'))};
${imports.join('\n')}
app.hook.preInvocation(({ inputs, invocationContext }) => {
  if (invocationContext.options.trigger.type !== 'orchestrationTrigger') return;
  const trigger = typeof inputs[0] === 'string' ? JSON.parse(inputs[0]) : inputs[0];
  const started = trigger.history.find(({ EventType }) => EventType === 0);
  const name = trigger.instanceId + ' ' + Date.parse(started.Timestamp) + ' ' + started.OrchestrationInstance.ExecutionId;
  writeFileSync(${JSON.stringify(`${this.#triggers}/`)} + name + '.json', JSON.stringify(trigger));
});`;
  }

  /** The last trigger of each generation of an orchestration, oldest first. */
  generations(instanceId: string): Trigger[] {
    return readdirSync(this.#triggers)
      .filter((name) => name.startsWith(`${instanceId} `))
      .sort()
      .map((name) => JSON.parse(readFileSync(join(this.#triggers, name), 'utf8')) as Trigger);
  }
}
