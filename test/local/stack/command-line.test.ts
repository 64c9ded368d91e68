import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../src/local/stack/command-line.ts';

describe('the command line of the stack', () => {
  it('prefers the usual ports and simulated work of a few seconds', () => {
    expect(parseCommandLine([])?.options).toMatchObject({
      usualPorts: true,
      reset: false,
      durationSeconds: '2-6',
    });
  });

  it('passes on what the functions host is asked for', () => {
    const args = '--workers 3 --deliver-twice --seed 7 --virtual-time --virtual-until now --auth';
    expect(parseCommandLine(args.split(' '))?.options).toMatchObject({
      workers: 3,
      deliverTwice: true,
      seed: 7,
      virtualTime: true,
      virtualUntil: 'now',
      auth: true,
    });
  });

  it.each(['70000', '-1', 'x', '', '1.5'])('refuses port "%s" and says what is allowed', (port) => {
    expect(() => parseCommandLine([`--port=${port}`])).toThrow(
      `--port is "${port}". Give a whole number from 0 to 65535.`,
    );
  });

  it('gives no options when help is asked for', () => {
    expect(parseCommandLine(['--help'])).toBeUndefined();
  });
});
