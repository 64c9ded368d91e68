import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { LogLevel } from '../contracts.ts';

/**
 * Replaces the global console by one that hands over whole lines, so that each can be reported with
 * the function that wrote it.
 */
export function captureConsole(line: (level: LogLevel, message: string) => void): void {
  const writer = (level: LogLevel) =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        line(level, chunk.toString().replace(/\n$/, ''));
        done();
      },
    });
  globalThis.console = new Console({ stdout: writer('information'), stderr: writer('warning') });
}
