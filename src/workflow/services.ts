import type {
  Announcements,
  Inventories,
  ResourceManager,
  RetirementRules,
} from './notices/ports.ts';
import type {
  AdmissionStore,
  Deployments,
  EventPublisher,
  Inbox,
  JobIndex,
  JobState,
  Journal,
  Orchestrations,
  Outputs,
  Rejections,
  StatusBoard,
} from './ports.ts';

/** Everything that the workflow reaches the world through. */
export interface Services {
  index: JobIndex;
  state: JobState;
  inbox: Inbox;
  outputs: Outputs;
  rejections: Rejections;
  publisher: EventPublisher;
  deployments: Deployments;
  admission: AdmissionStore;
  statusBoard: StatusBoard;
  journal: Journal;
  limits: Limits;
  announcements: Announcements;
  inventories: Inventories;
  resourceManager: ResourceManager;
  retirement: RetirementRules;
}

export interface Limits {
  /** Milliseconds after which a create counts as unanswered. */
  createTimeout: number;
  /** Days for which an ended job is remembered. */
  jobRetentionDays: number;
  /** Days for which the history of an ended orchestration is kept. */
  historyRetentionDays: number;
  /** The container in which callers leave blobs. */
  inboxContainer: string;
}

/** With the durable engine, which each invocation reaches through a client of its own. */
export interface ServicesWithEngine extends Services {
  orchestrations: Orchestrations;
}
