import { createHash } from 'node:crypto';

/** What is needed to know of a blob to announce that it was created or overwritten. */
export interface CreatedBlob {
  container: string;
  name: string;
  url: string;
  /** Without quotes, as Event Grid gives it. */
  eTag: string;
  lastModified: Date;
  contentType: string;
  /** Bytes. */
  contentLength: number;
  blobType: string;
}

/**
 * `Microsoft.Storage.BlobCreated` in the Event Grid schema, the default of an event subscription
 * (https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage).
 */
export interface BlobCreatedEvent {
  topic: string;
  subject: string;
  eventType: 'Microsoft.Storage.BlobCreated';
  id: string;
  eventTime: string;
  data: {
    api: 'PutBlob';
    requestId: string;
    eTag: string;
    contentType: string;
    contentLength: number;
    blobType: string;
    url: string;
    sequencer: string;
    storageDiagnostics: { batchId: string };
  };
  dataVersion: '';
  metadataVersion: '1';
}

const TOPIC =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.Storage/storageAccounts/devstoreaccount1';

/**
 * The event that says so. The same version of a blob always gives the same event, identity included, as
 * Event Grid does when it delivers again. The call that wrote the blob cannot be told from a listing, so `api` is
 * always `PutBlob`; the ids of the request stand for the version.
 */
export function blobCreatedEvent(blob: CreatedBlob): BlobCreatedEvent {
  const id = versionId(blob);
  return {
    topic: TOPIC,
    subject: `/blobServices/default/containers/${blob.container}/blobs/${blob.name}`,
    eventType: 'Microsoft.Storage.BlobCreated',
    id,
    eventTime: blob.lastModified.toISOString(),
    data: {
      api: 'PutBlob',
      requestId: id,
      eTag: blob.eTag,
      contentType: blob.contentType,
      contentLength: blob.contentLength,
      blobType: blob.blobType,
      url: blob.url,
      sequencer: sequencer(blob),
      storageDiagnostics: { batchId: id },
    },
    dataVersion: '',
    metadataVersion: '1',
  };
}

/** A UUID of version 8 (RFC 9562: made by the application's own rule) out of the blob's version. */
function versionId(blob: CreatedBlob): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([blob.container, blob.name, blob.eTag]))
    .digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}

/**
 * Orders the events of one blob when compared as strings, padded with zeros, as Event Grid's does. A listing
 * knows the time of a write to the second only, so writes within one second have the same one.
 */
function sequencer(blob: CreatedBlob): string {
  return blob.lastModified.getTime().toString(16).padStart(32, '0');
}
