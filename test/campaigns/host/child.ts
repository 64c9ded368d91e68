import type { Message } from './kill.ts';
import { Life } from './life.ts';
import type { Scenario } from './scenarios.ts';

const [statePath = '', now, ...scenarios] = process.argv.slice(2);
const tell = (message: Message): void => void process.send?.(message);

const life = new Life({
  statePath,
  scenarios: scenarios as Scenario[],
  now: Number(now),
  advanced: (moment) => tell({ type: 'advanced', now: moment }),
  invoked: () => tell({ type: 'invoked' }),
});
await life.run();
tell({ type: 'ended', outcome: await life.outcome() });
process.disconnect();
