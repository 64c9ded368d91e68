import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../src/local/azure-openai/command-line.ts';

describe('the command line', () => {
  it('leaves everything to the defaults when it is empty', () => {
    expect(parseCommandLine([])).toEqual({ port: 0, reset: false });
  });

  it('sets everything', () => {
    const args =
      '--port 4010 --state .state --reset --duration-seconds 2-6.5 --api-key k --deployments a=o3,b=gpt-image-1';
    expect(parseCommandLine(args.split(' '))).toEqual({
      port: 4010,
      stateDirectory: '.state',
      reset: true,
      durations: { minSeconds: 2, maxSeconds: 6.5 },
      apiKey: 'k',
      deployments: { a: 'o3', b: 'gpt-image-1' },
    });
  });

  it('takes the time from a file that another process keeps when told where', () => {
    expect(parseCommandLine(['--clock-file', 'functions/clock.json'])).toHaveProperty('clock.now');
  });

  it('takes one number as an exact duration', () => {
    const { durations } = parseCommandLine(['--duration-seconds', '3']);
    expect(durations).toEqual({ minSeconds: 3, maxSeconds: 3 });
  });

  it.each([
    ['--port', '70000'],
    ['--duration-seconds', '6-2'],
    ['--duration-seconds', 'soon'],
    ['--deployments', 'o3-pro'],
    ['--deployments', 'a=b=c'],
  ])('refuses %s %s and says what is allowed', (flag, value) => {
    expect(() => parseCommandLine([flag, value])).toThrow(new RegExp(`${flag} .*"${value}".*give`));
  });
});
