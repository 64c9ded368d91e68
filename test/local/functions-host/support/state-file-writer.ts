import { StateFile } from '../../../../src/local/functions-host/state-file.ts';

// Writes values of changing lengths without end, until it is killed.
const [directory = '', name = ''] = process.argv.slice(2);
const file = new StateFile(directory, name);
for (let turn = 0; ; turn += 1) {
  file.write({ text: 'x'.repeat((turn * 37) % 3_000), ends: true });
  if (turn === 100) process.send?.('writing');
}
