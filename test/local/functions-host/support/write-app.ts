import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from './start-host.ts';

/** Writes an app of the given files into a directory of its own. */
export function writeApp(files: Record<string, string>): string {
  const directory = temporaryDirectory();
  const standard = { 'package.json': '{ "main": "*.mjs" }', 'host.json': '{ "version": "2.0" }' };
  for (const [name, content] of Object.entries({ ...standard, ...files })) {
    writeFileSync(path.join(directory, name), content);
  }
  symlinkSync(path.resolve('node_modules'), path.join(directory, 'node_modules'));
  return directory;
}
