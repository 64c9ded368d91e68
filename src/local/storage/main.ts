import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { announceReady } from '../stack/lifeline.ts';
import { startStorage } from './azurite.ts';

const { values } = parseArgs({
  options: {
    'blob-port': { type: 'string', default: '0' },
    'queue-port': { type: 'string', default: '0' },
    'table-port': { type: 'string', default: '0' },
    state: { type: 'string', default: '.longhaul/storage' },
  },
});

mkdirSync(values.state, { recursive: true });
const connectionString = await startStorage({
  state: values.state,
  blobPort: Number(values['blob-port']),
  queuePort: Number(values['queue-port']),
  tablePort: Number(values['table-port']),
});
announceReady({ connectionString });
