import type { Answer, Call } from '../call.ts';
import { FilesTable } from '../files/files-table.ts';
import { fileRoutes } from '../files/routes.ts';
import { limitOf, pageOf } from '../page.ts';
import { wishingRoute, type CallSubject, type Route } from '../routes.ts';
import type { Services } from '../services.ts';
import { BatchesTable } from './batches-table.ts';
import { cancelBatch } from './cancel.ts';
import { CREATE_ROUTE, createBatch } from './create.ts';
import { Inputs } from './inputs.ts';
import { BatchOutputs } from './outputs.ts';
import { batchResource } from './resource.ts';
import { batchWishes } from './wishes.ts';

const USUAL_LISTED = 20;
const MOST_LISTED = 100;

/** The routes of the Files and Batch APIs, which share their files. */
export function fileAndBatchRoutes(services: Services): Route[] {
  const files = new FilesTable(services.store);
  const table = new BatchesTable(services.store);
  const outputs = new BatchOutputs(services, files, table);
  return [
    ...fileRoutes(services, files, outputs),
    ...batchRoutes(services, table, new Inputs(services, files)),
  ];
}

function batchRoutes(services: Services, table: BatchesTable, inputs: Inputs): Route[] {
  const subject = (_call: Call, id: string) => storedSubject(table, id);
  return [
    wishingRoute({
      name: CREATE_ROUTE,
      creates: true,
      wishes: batchWishes,
      prepare: (call) => inputs.prepare(call),
      subject: (call) => inputSubject(inputs, call),
      handle: (call, context) => createBatch(services, table, inputs, call, context),
    }),
    { name: 'GET /batches', handle: (call) => ok(listed(table, call)) },
    {
      name: 'GET /batches/{id}',
      subject,
      handle: ({ at }, { id }) => ok(batchResource(table.read(id), at)),
    },
    {
      name: 'POST /batches/{id}/cancel',
      subject,
      handle: ({ at }, { id }) => ok(cancelBatch(table, id, at)),
    },
  ];
}

function listed(table: BatchesTable, call: Call) {
  const limit = limitOf(call, USUAL_LISTED, MOST_LISTED);
  const batches = table.list(call.url.searchParams.get('after'), limit);
  return pageOf(
    batches.map((kept) => batchResource(kept, call.at)),
    limit,
  );
}

function ok(json: unknown): Answer {
  return { status: 200, json };
}

/** The hash is that of the input file: the same rows twice are one job paid twice. */
function inputSubject(inputs: Inputs, call: Call): CallSubject {
  const input = inputs.of(call);
  return input === undefined ? {} : subjectOf(input.file.sha256, input.survey.deployment ?? null);
}

function storedSubject(table: BatchesTable, id: string): CallSubject {
  const found = table.find(id)?.batch;
  return found === undefined ? {} : subjectOf(found.inputSha256, found.deployment);
}

function subjectOf(requestHash: string, deployment: string | null): CallSubject {
  return deployment === null ? { requestHash } : { requestHash, deploymentName: deployment };
}
