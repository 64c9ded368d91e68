import { parseArgs } from 'node:util';

process.once('disconnect', () => process.exit());
const { port } = parseArgs({
  options: { port: { type: 'string' } },
  strict: false,
}).values;
process.send({ type: 'starting' });
process.send({
  type: 'ready',
  arguments: process.argv.slice(2),
  url: `http://localhost:${port}`,
  connectionString: `Endpoint=sb://localhost:${port}`,
});
