import type { OutputFile } from '../jobs/manifest.ts';
import type { Gone, Unreadable } from './asking.ts';
import { contentTypeOf } from './content-type.ts';
import { DownloadBudget } from './download-budget.ts';
import { FileTransfer, type Begun, type TransferEnd } from './file-transfer.ts';
import type { OutputWriter } from './kind.ts';
import type { Upstream } from './upstream.ts';

/** A file upstream, and what it is to become. */
export interface WantedFile {
  /** Below the v1 base. */
  path: string;
  /** Of the output file; a function where its ending depends on the content type. */
  name: string | ((contentType: string) => string);
  /** Counts where upstream tells none, or none that can be trusted. */
  contentType?: string;
}

/** What became of a download. */
export type Download =
  | { outcome: 'saved'; file: OutputFile }
  /** Upstream has the file, whole, and not a byte is in it; nothing was written. */
  | { outcome: 'empty' }
  /** Its error is `outputs-gone`. */
  | Gone
  | Unreadable;

const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * Brings a file from upstream to the outputs, in constant memory and hashed on the way. What is cut
 * is taken up where it was cut if upstream honours ranges, else begun again, a bounded number of
 * times; the file is there only when it is whole, by the length that upstream announced.
 *
 * @throws what the outputs throw.
 */
export async function downloadTo(
  upstream: Upstream,
  wanted: WantedFile,
  outputs: OutputWriter,
): Promise<Download> {
  const transfer = new FileTransfer(upstream, wanted.path, new DownloadBudget());
  let begun = await transfer.begin();
  while (begun.outcome === 'begun') {
    const end = await write(transfer, begun, wanted, outputs);
    if (end.outcome !== 'begin-again') return end;
    begun = end.next ?? (await transfer.begin());
  }
  return begun;
}

async function write(
  transfer: FileTransfer,
  begun: Begun,
  { name, contentType = UNKNOWN_TYPE }: WantedFile,
  outputs: OutputWriter,
): Promise<{ outcome: 'saved'; file: OutputFile } | TransferEnd> {
  const type = contentTypeOf(begun.file.headers['content-type'], contentType);
  const fileName = typeof name === 'string' ? name : name(type);
  try {
    const file = await outputs.write(fileName, transfer.content(begun), type);
    return { outcome: 'saved', file };
  } catch (error) {
    if (transfer.end === undefined) throw error;
    return transfer.end;
  }
}
