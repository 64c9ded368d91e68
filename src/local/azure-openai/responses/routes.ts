import { queryList, type Answer, type Call } from '../call.ts';
import { wishingRoute, type CallSubject, type Route } from '../routes.ts';
import type { Services } from '../services.ts';
import { bodySubject } from '../subject.ts';
import { cancelResponse } from './cancel.ts';
import { CREATE_ROUTE, createResponse } from './create.ts';
import { parseIncludes } from './create-request.ts';
import { deleteResponse } from './delete.ts';
import { inputItemsPage } from './input-items.ts';
import { wishes } from './plan.ts';
import { polledAt } from './resource.ts';
import { ResponsesTable } from './responses-table.ts';
import { replayAnswer } from './stream.ts';

/** The routes of the Responses API. */
export function responseRoutes(services: Services): Route[] {
  const table = new ResponsesTable(services.store);
  const subject = (call: Call, id: string) => storedSubject(table, id, call.at);
  return [
    wishingRoute({
      name: CREATE_ROUTE,
      creates: true,
      wishes,
      subject: (call) => bodySubject(call),
      handle: (call, context) => createResponse(services, table, call, context.wishes),
    }),
    {
      name: 'GET /responses/{id}',
      subject,
      handle: (call, { id }) => readResponse(services, table, call, id),
    },
    {
      name: 'DELETE /responses/{id}',
      subject,
      handle: (call, { id }) => ok(deleteResponse(table, id, call.at)),
    },
    {
      name: 'POST /responses/{id}/cancel',
      subject,
      handle: (call, { id }) => ok(cancelResponse(table, id, call.at)),
    },
    {
      name: 'GET /responses/{id}/input_items',
      subject,
      handle: (call, { id }) => ok(inputItemsPage(call, table.read(id, call.at))),
    },
  ];
}

function readResponse(services: Services, table: ResponsesTable, call: Call, id: string): Answer {
  const stored = table.read(id, call.at);
  if (call.url.searchParams.get('stream') === 'true') {
    return replayAnswer(services, table, call, stored);
  }
  return ok(polledAt(stored, call.at, parseIncludes(queryList(call, 'include'))));
}

function ok(json: unknown): Answer {
  return { status: 200, json };
}

function storedSubject(table: ResponsesTable, id: string, now: number): CallSubject {
  const stored = table.find(id, now);
  if (stored === undefined) return {};
  return { requestHash: stored.requestHash, deploymentName: stored.deployment };
}
