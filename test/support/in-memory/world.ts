import type { Upstream } from '../../../src/kinds/upstream.ts';
import type { AccountInventory, AccountReading } from '../../../src/workflow/notices/account.ts';
import type { Announcement, RetirementRules } from '../../../src/workflow/notices/ports.ts';
import type {
  ConfiguredDeployment,
  Deployment,
  Deployments,
  Orchestrations,
} from '../../../src/workflow/ports.ts';
import type { ServicesWithEngine } from '../../../src/workflow/services.ts';
import { AdmissionRecords, MemoryAdmissionStore } from './admission-store.ts';
import { MemoryAnnouncements } from './announcements.ts';
import { plainly, type Around } from './around.ts';
import { MemoryEventPublisher, type SentEvent } from './event-topic.ts';
import { InboxBlobs, MemoryInbox } from './inbox.ts';
import { MemoryInventories } from './inventories.ts';
import { IndexRecords, MemoryJobIndex } from './job-index.ts';
import { MemoryJobState, type Files } from './job-state.ts';
import { EngineRecord, MemoryOrchestrations } from './orchestrations.ts';
import { MemoryOutputs, type OutputFiles } from './outputs.ts';
import { MemoryRejections } from './rejections.ts';
import { BoardRecords, MemoryStatusBoard } from './status-board.ts';
import { MemoryUpstream } from './upstream.ts';

/** Milliseconds after which a create of this world counts as unanswered. */
export const CREATE_TIMEOUT = 30_000;

/** The deployment that the settings of this world name. */
export const DEPLOYMENT = 'o3';

/** The base of the API that it is at. */
export const ENDPOINT = 'https://upstream.example/openai/v1/';

/** An Azure OpenAI account that the settings name, as Azure Resource Manager tells of it. */
export interface WatchedAccount {
  /** The resource id. */
  id: string;
  /** Absent: it cannot be read. */
  reading?: AccountReading;
}

/** Everything outside the workflow, in memory. It outlives the processes that work on it. */
export class World {
  readonly index = new IndexRecords();
  readonly state: Files = new Map();
  readonly inbox = new InboxBlobs();
  readonly outputs: OutputFiles = new Map();
  readonly rejected: Files = new Map();
  readonly topic: SentEvent[] = [];
  readonly engine = new EngineRecord();
  readonly announcements = new Map<string, Announcement>();
  readonly inventories = new Map<string, AccountInventory>();
  readonly board = new BoardRecords();
  readonly admission = new AdmissionRecords();
  /** What the settings say of the deployment; tests of other kinds and limits change it. */
  deployment: Pick<Deployment, 'facts' | 'limits'> = { facts: { name: DEPLOYMENT }, limits: {} };
  retirement: RetirementRules = { warningDays: 90, late: 'refuse' };
  /** None: the settings name no account. */
  account: WatchedAccount | undefined;
  readonly journal: Record<string, unknown>[] = [];
  readonly upstream: MemoryUpstream;
  readonly #reached: Upstream;

  /** @param reached what the deployment is at, when it is another API than that of responses. */
  constructor(upstream = new MemoryUpstream(), reached: Upstream = upstream) {
    this.upstream = upstream;
    this.#reached = reached;
  }

  /** The services of one process; `around` stands around all that it does. */
  services(around: Around = plainly, orchestrations?: Orchestrations): ServicesWithEngine {
    return {
      index: new MemoryJobIndex(this.index, around),
      state: new MemoryJobState(this.state, around),
      inbox: new MemoryInbox(this.inbox, around),
      outputs: new MemoryOutputs(this.outputs, around),
      rejections: new MemoryRejections(this.rejected, around),
      publisher: new MemoryEventPublisher(this.topic, around),
      deployments: deployments(this, this.#reached, around),
      admission: new MemoryAdmissionStore(this.admission, around),
      statusBoard: new MemoryStatusBoard(this.board, around),
      journal: { write: (line) => this.journal.push(line) },
      limits: {
        createTimeout: CREATE_TIMEOUT,
        jobRetentionDays: 90,
        historyRetentionDays: 30,
        inboxContainer: 'inbox',
      },
      announcements: new MemoryAnnouncements(this.announcements, around),
      inventories: new MemoryInventories(this.inventories, around),
      resourceManager: {
        read: (account) => around('resourceManager.read', () => this.#reading(account)),
      },
      retirement: this.retirement,
      orchestrations: orchestrations ?? new MemoryOrchestrations(this.engine, around),
    };
  }

  #reading(account: string): AccountReading {
    if (account === this.account?.id && this.account.reading) return this.account.reading;
    throw new Error(`Azure Resource Manager does not answer for ${account}.`);
  }
}

function deployments(world: World, upstream: Upstream, around: Around): Deployments {
  const described = describedIn(world);
  const { name } = described;
  return {
    named: (asked) =>
      asked === name
        ? { ...world.deployment, upstream: reached(upstream, around), endpoint: ENDPOINT }
        : undefined,
    list: () => [described],
    described: (asked) => (asked === name ? described : undefined),
    accounts: () => (world.account ? [world.account.id] : []),
  };
}

function describedIn({ deployment: { facts, limits }, account }: World): ConfiguredDeployment {
  return {
    name: facts.name,
    endpoint: ENDPOINT,
    account: account?.id ?? null,
    model: facts.model ?? null,
    exclusive: facts.exclusive ?? false,
    limits: { ...limits },
  };
}

function reached(upstream: Upstream, around: Around): Upstream {
  return {
    send: (request) =>
      around(`upstream.${request.method === 'POST' ? 'post' : 'read'}`, () =>
        upstream.send(request),
      ),
    download: (request) => around('upstream.download', () => upstream.download(request)),
  };
}
