import { fileURLToPath } from 'node:url';

/** The folder of a program in `src/local`. */
export type ProgramFolder =
  | 'azure-openai'
  | 'event-grid'
  | 'functions-host'
  | 'service-bus'
  | 'stack'
  | 'storage';

/**
 * The main file of a local program as `npm start` runs it; `test/support/build.ts` has just bundled it.
 * Tests start many, and to find, read and strip its hundreds of sources is most of what a start takes.
 */
export function bundledProgram(folder: ProgramFolder): string {
  return fileURLToPath(new URL(`../../dist/src/local/${folder}/main.js`, import.meta.url));
}
