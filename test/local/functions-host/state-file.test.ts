import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateFile } from '../../../src/local/functions-host/state-file.ts';

const WRITER = fileURLToPath(new URL('./support/state-file-writer.ts', import.meta.url));

describe('a state file', () => {
  let directory: string;
  let file: StateFile<unknown>;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'state-file-'));
    file = new StateFile(directory, 'value.json');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('holds nothing at first', () => {
    expect(file.read()).toBeUndefined();
  });

  it('gives back what was written last, shorter or longer than what was there before', () => {
    for (const value of [
      { text: 'ä'.repeat(300) },
      { text: 'b' },
      7,
      { text: 'c'.repeat(9_000) },
    ]) {
      file.write(value);
      expect(new StateFile(directory, 'value.json').read()).toEqual(value);
    }
    file.write({ text: 'after a long one' });
    expect(file.read()).toEqual({ text: 'after a long one' });
  });

  it('says which file is not JSON', () => {
    writeFileSync(join(directory, 'value.json'), '{"a":');
    expect(() => file.read()).toThrow(/value\.json is not JSON; start with --reset/);
  });

  it('holds a whole value whenever its writer is killed', async () => {
    for (let kill = 0; kill < 5; kill += 1) {
      const writer = fork(WRITER, [directory, 'value.json']);
      await once(writer, 'message');
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      expect(file.read()).toMatchObject({ ends: true });
    }
  });
});
