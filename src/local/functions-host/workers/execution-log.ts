import { clock } from '../../../clock.ts';
import type { Log } from '../contracts.ts';

/** Logs the beginning and the end of an invocation in the words of Azure's host. */
export function logExecution(
  log: Log,
  id: string,
  functionName: string,
  answer: Promise<unknown>,
): void {
  const began = clock().now();
  const write = (message: string): void => log('debug', `Function.${functionName}`, message);
  const ended = (outcome: string): void =>
    write(`Executed '${functionName}' (${outcome}, Id=${id}, Duration=${clock().now() - began}ms)`);
  write(`Executing '${functionName}' (Id=${id})`);
  answer.then(
    () => ended('Succeeded'),
    () => ended('Failed'),
  );
}
