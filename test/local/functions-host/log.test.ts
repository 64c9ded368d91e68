import { expect, test } from 'vitest';
import { createLog } from '../../../src/local/functions-host/log.ts';

test('the threshold of the longest category that fits decides', () => {
  const lines: string[] = [];
  const log = createLog({
    thresholds: { default: 'warning', Function: 'information', 'Function.quiet': 'none' },
    otherwise: 'trace',
    now: () => 0,
    json: false,
    write: (line) => lines.push(line),
  });
  log('information', 'Host.Workers', 'hidden by the default');
  log('warning', 'Host.Workers', 'shown');
  log('debug', 'Function.loud.User', 'hidden');
  log('information', 'Function.loud.User', 'shown');
  log('critical', 'Function.quiet.User', 'hidden');
  log('information', 'Functionality', 'hidden: another category');
  expect(lines).toEqual([
    '[1970-01-01T00:00:00.000Z] Host.Workers: warning: shown',
    '[1970-01-01T00:00:00.000Z] Function.loud.User: shown',
  ]);
});
