/** Looks for seeds under which the product breaks its word: `npm run soak`. */
import { CAMPAIGNS, type Report } from './soak/campaigns.ts';
import { firstSeeds, parseCommandLine, USAGE, type CommandLine } from './soak/command-line.ts';

const PROGRESS_EVERY_MS = 10_000;

try {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine === undefined) console.log(USAGE);
  else await soak(commandLine);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function soak({ names, seeds, json }: CommandLine): Promise<void> {
  let runs = 0;
  let violated = 0;
  let shown = performance.now();
  for (const name of names) {
    const report: Report = ({ seed, violations }) => {
      runs += 1;
      violated += violations.length;
      if (json) console.log(JSON.stringify({ campaign: name, seed, violations }));
      else for (const violation of violations) console.log(`${name}: ${violation}`);
      if (json || performance.now() - shown < PROGRESS_EVERY_MS) return;
      shown = performance.now();
      console.log(`${name}: seed ${seed}, ${runs} runs so far, ${violated} violations`);
    };
    const campaign = CAMPAIGNS[name];
    await campaign?.run(seeds ?? firstSeeds(campaign.defaultSeeds), report);
  }
  console.log(`soak: ${runs} runs, ${violated} violations`);
  // What the kills cut off in the SDKs would keep the process for another minute.
  process.exit(violated > 0 ? 1 : 0);
}
