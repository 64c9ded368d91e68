import { onTestFinished } from 'vitest';
import { StorageProcess } from '../../storage/storage-process.ts';
import { temporaryDirectory } from './start-host.ts';

/** Starts a storage with nothing in it, which goes with the test. @param previous whose ports it takes. */
export async function startStorage(previous?: StorageProcess): Promise<StorageProcess> {
  const storage = await StorageProcess.start(temporaryDirectory(), previous);
  onTestFinished(() => storage.kill());
  return storage;
}
