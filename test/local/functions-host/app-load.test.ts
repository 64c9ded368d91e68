import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { bundledProgram } from '../../support/bundled-program.ts';
import { startHost, temporaryDirectory } from './support/start-host.ts';
import { writeApp } from './support/write-app.ts';

const IMPORT = "import { app } from '@azure/functions';\n";
const HANDLER = 'handler: () => ({})';

test.each([
  ['main that matches nothing', {}, 'matches no file'],
  ['no main', { 'package.json': '{}' }, 'has no "main"'],
  ['a duplicate name', { 'a.mjs': twice('one'), 'b.mjs': '' }, 'already been registered'],
  [
    'an appStart hook that throws',
    { 'a.mjs': `${IMPORT}app.hook.appStart(() => { throw new Error('not today'); });` },
    'not today',
  ],
  ['no function of version 4', { 'a.mjs': 'export {};' }, 'registered no function'],
  [
    'a trigger that this host does not have',
    { 'a.mjs': `${IMPORT}app.storageBlob('watch', { path: 'in/{name}', ${HANDLER} });` },
    /Function "watch": .*"blobTrigger", which this host does not support/,
  ],
  [
    'triggers that cannot be served, all of them',
    {
      'a.mjs': `${IMPORT}
        app.timer('often', { schedule: 'often', ${HANDLER} });
        app.timer('sometime', { schedule: '%WHEN%', ${HANDLER} });
        app.storageQueue('queue', { queueName: 'q', connection: 'Mine', ${HANDLER} });`,
    },
    /"often".*has 1 fields.*\n.*"sometime".*%WHEN%.*\n.*"queue".*"Mine" or "AzureWebJobsMine"/,
  ],
  [
    'a binding that is for the SDKs of extensions',
    {
      'a.mjs': `${IMPORT}
        app.storageQueue('q', { queueName: 'q', connection: 'Mine', sdkBinding: true, ${HANDLER} });`,
    },
    /Function "q".*"sdkBinding", which this host does not support/,
  ],
  [
    'a route that cannot be read',
    { 'a.mjs': `${IMPORT}app.http('r', { route: '{id:odd}', ${HANDLER} });` },
    /Function "r".*"odd" is unknown/,
  ],
] as [string, Record<string, string>, string | RegExp][])(
  'an app with %s does not start, and the error says so',
  async (_case, files, message) => {
    await expect(startHost(writeApp(files))).rejects.toThrow(message);
  },
);

function twice(name: string): string {
  return `${IMPORT}${`app.http('${name}', { ${HANDLER} });\n`.repeat(2)}`;
}

test('the program shows every file that does not load and exits with 1', async () => {
  const directory = writeApp({
    'a.mjs': 'const broken = ;',
    'b.mjs': "import 'no-such-package';",
    'c.mjs': `${IMPORT}app.http('fine', { ${HANDLER} });`,
  });
  const { code, output } = await runHost(directory, '--port', '0');
  expect(output).toContain('Entry point a.mjs failed to load: SyntaxError');
  expect(output).toContain('Entry point b.mjs failed to load');
  expect(code).toBe(1);
});

async function runHost(...args: string[]): Promise<{ code: number | null; output: string }> {
  const command = [bundledProgram('functions-host'), ...args];
  const child = spawn(process.execPath, command, { cwd: temporaryDirectory() });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
