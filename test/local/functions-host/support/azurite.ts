import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from './start-host.ts';

/** Azurite's well-known account. */
const ACCOUNT = 'devstoreaccount1';
const KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Azurite {
  connectionString: string;
  /** Ports of the blob, queue and table services. */
  ports: number[];
  /** Ends it at once, as a failing machine would. */
  kill(): Promise<void>;
}

/** Starts Azurite with nothing in it. @param ports to listen on; free ones without it. */
export async function startAzurite(ports = [0, 0, 0]): Promise<Azurite> {
  const services = ['blob', 'queue', 'table'];
  const script = path.resolve('node_modules/azurite/dist/src/azurite.js');
  const flags = services.flatMap((service, index) => [`--${service}Port`, String(ports[index])]);
  const child = spawn(
    process.execPath,
    [script, '--inMemoryPersistence', '--silent', '--skipApiVersionCheck', ...flags],
    { cwd: temporaryDirectory(), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const listening = await listeningPorts(child.stdout, services.length);
  const endpoints = services.map(
    (service, index) =>
      `${service[0]?.toUpperCase()}${service.slice(1)}Endpoint=http://127.0.0.1:${listening[index]}/${ACCOUNT}`,
  );
  const account = `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY}`;
  return { connectionString: [account, ...endpoints].join(';'), ports: listening, kill };
}

/** The services announce themselves in the order of their flags. */
function listeningPorts(output: Readable, count: number): Promise<number[]> {
  let text = '';
  return new Promise((resolve, reject) => {
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = [...text.matchAll(/successfully listening at http:\/\/[^:]+:(\d+)/g)];
      if (found.length === count) resolve(found.map(([, port]) => Number(port)));
    });
    output.once('end', () => reject(new Error(`Azurite did not start: ${text}`)));
  });
}
