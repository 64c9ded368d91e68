import { parseCommandLine, USAGE, type CommandLine } from './command-line.ts';
import { progressLine, screen, type LoadedFunction } from './screen.ts';
import { localSettings } from './local-settings.ts';
import { packageDirectory } from './programs.ts';
import { dropAddresses } from './shared-access.ts';
import { startStack, type Stack } from './stack.ts';

try {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine === undefined) console.log(USAGE);
  else await run(commandLine);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function run({ options, json, quiet }: CommandLine): Promise<void> {
  const asked = askedToEnd();
  const print = quiet || json ? () => undefined : (text: string) => console.log(text);
  print('Starting …');
  const stack = await startStack({
    ...options,
    // The environment wins, as with `func start`.
    environment: { ...localSettings(packageDirectory()), ...process.env },
    onProgress: (progress) => {
      const line = progressLine(progress);
      if (line !== undefined) print(line);
    },
  });
  if (json) console.log(JSON.stringify({ type: 'ready', ...stack.addresses }));
  else print(`\n${await page(stack)}\n`);
  const failure = await Promise.race([asked, stack.failed]);
  print('Ending …');
  await stack.stop();
  if (failure !== undefined) throw failure;
}

async function page(stack: Stack): Promise<string> {
  const { addresses, state } = stack;
  return screen({
    addresses,
    state,
    functions: stack.functions as readonly LoadedFunction[],
    drops: await dropAddresses(addresses.storage),
    simulated: stack.process('azureOpenAI') !== undefined,
  });
}

/** Resolves at the first Ctrl-C or the like. */
function askedToEnd(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) {
      process.once(signal, () => resolve(undefined));
    }
  });
}
