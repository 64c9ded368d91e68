/** The functions host as a program. */
import { AppLoadError } from './workers/app-load-error.ts';
import { Host, HostStoppedError } from './host.ts';
import { listingText } from './listing.ts';
import { parseOptions, USAGE, type HostOptions } from './options.ts';

/** Beyond it the program ends whatever is still going on, in milliseconds. */
const LONGEST_STOP = 4_800;

/** What keeps an app from being served. */
const EXIT_APP_FAILED = 1;
const EXIT_USAGE = 2;

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(error: unknown, code: number): void {
  const errors = error instanceof AppLoadError ? error.errors : [error as Error];
  for (const { message, stack } of errors) {
    const shown = stack?.includes(message) ? stack : [message, stack].filter(Boolean).join('\n');
    process.stderr.write(`${error instanceof AppLoadError ? shown : message}\n`);
  }
  process.exitCode = code;
}

function readOptions(): HostOptions | undefined {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (!options) write(USAGE);
    return options;
  } catch (error) {
    fail(error, EXIT_USAGE);
    return undefined;
  }
}

async function run(options: HostOptions): Promise<void> {
  let host: Host | undefined;
  try {
    host = new Host(options, process.env, write);
    stopOnSignals(host);
    const functions = await host.start();
    announce(host, functions);
  } catch (error) {
    // Whoever told it to stop sees to the rest.
    if (error instanceof HostStoppedError) return;
    fail(error, EXIT_APP_FAILED);
    await host?.stop();
    process.exit();
  }
}

function announce(host: Host, functions: ReturnType<Host['functions']>): void {
  const { url, keys, options } = host;
  if (options.json) write(JSON.stringify({ ready: true, url, functions }));
  else write(`${listingText(functions)}\n\nHost ready at ${url}`);
  if (keys) {
    write(`Keys: master ${keys.master}, functions ${keys.default}, durable ${keys.durableTask}`);
  }
  process.send?.({ type: 'ready', url, functions });
}

/** Ends on a signal, or when the process that started this one has gone. */
function stopOnSignals(host: Host): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(), LONGEST_STOP).unref();
    host.stop().then(
      () => process.exit(),
      (error: unknown) => {
        fail(error, EXIT_APP_FAILED);
        process.exit();
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
}

/** Serves an app as the command line says, until the process is told to end. */
export async function runProgram(): Promise<void> {
  const options = readOptions();
  if (options) await run(options);
}
