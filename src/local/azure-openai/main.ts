import { parseCommandLine } from './command-line.ts';
import { startSimulator, type Simulator } from './simulator.ts';

/** Ends with the parent process if there is one, and on the signals of a terminal otherwise. */
function stopWithParent(simulator: Simulator): void {
  const exit = () => void simulator.stop().finally(() => process.exit());
  process.once('disconnect', exit);
  process.once('SIGINT', exit);
  process.once('SIGTERM', exit);
}

try {
  const simulator = await startSimulator(parseCommandLine(process.argv.slice(2)));
  stopWithParent(simulator);
  process.send?.({ type: 'ready', url: simulator.url });
  console.log(`Azure OpenAI simulator: ${simulator.url} (control: ${simulator.controlUrl})`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
  process.disconnect?.();
}
