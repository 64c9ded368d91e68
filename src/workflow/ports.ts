/** What the workflow needs of the world; the adapters in `src/azure` provide it. */
export type * from './ports/admission-store.ts';
export type * from './ports/deployments.ts';
export type * from './ports/event-publisher.ts';
export type * from './ports/inbox.ts';
export type * from './ports/job-index.ts';
export type * from './ports/job-state.ts';
export type * from './ports/journal.ts';
export type * from './ports/orchestrations.ts';
export type * from './ports/outputs.ts';
export type * from './ports/rejections.ts';
export type * from './ports/status-board.ts';
export type * from './ports/versioned.ts';
