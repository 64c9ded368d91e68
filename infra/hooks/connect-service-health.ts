/** A hook of azd: makes the app a receiver of Azure's own notices (see azure.yaml). */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { connectServiceHealth, environmentFrom } from './connect.ts';
import { ResourceManager } from './resource-manager.ts';

const { values } = parseArgs({ options: { 'if-deployed': { type: 'boolean', default: false } } });

try {
  const environment = environmentFrom(process.env);
  const azure = new ResourceManager(azdToken());
  const connected = await connectServiceHealth(azure, environment, values['if-deployed']);
  console.log(
    connected
      ? 'Service Health notices go to the app.'
      : 'The app has no code yet; Service Health is connected after the deployment.',
  );
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(
    `Service Health was not connected to the app: ${reason}. The app works without; run \`azd hooks run postdeploy\` to try again.`,
  );
  process.exitCode = 1;
}

/** azd is signed in already, so no other tool is needed. */
function azdToken(): string {
  const scope = 'https://management.azure.com/.default';
  const answer = execFileSync('azd', ['auth', 'token', '--scope', scope, '--output', 'json'], {
    encoding: 'utf8',
  });
  return (JSON.parse(answer) as { token: string }).token;
}
