import { randomBytes } from 'node:crypto';

/** What is kept of a file; its content lies beside the database. Times in milliseconds since the Unix epoch. */
export interface StoredFile {
  id: string;
  filename: string;
  purpose: string;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
  createdAt: number;
  /** Until then it is `pending`. */
  processedAt: number;
  /** Null: never. */
  expiresAt: number | null;
}

export function newFileId(): string {
  return `file-${randomBytes(16).toString('hex')}`;
}

/** The file object of the API. */
export function fileResource(file: StoredFile, now: number) {
  return {
    id: file.id,
    object: 'file',
    bytes: file.bytes,
    created_at: seconds(file.createdAt),
    expires_at: file.expiresAt === null ? null : seconds(file.expiresAt),
    filename: file.filename,
    purpose: file.purpose,
    status: isProcessed(file, now) ? 'processed' : 'pending',
    status_details: null,
  };
}

export function isProcessed({ processedAt }: StoredFile, now: number): boolean {
  return now >= processedAt;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
