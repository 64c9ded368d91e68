import type { Program, ProgramEnded, Ready } from './child.ts';
import type { StackOptions } from './options.ts';
import { choosePorts, USUAL_PORTS, type Ports } from './ports.ts';
import { PROGRAM_NAMES, Programs, type Connections, type ProgramName } from './programs.ts';
import { createStorageResources } from './resources.ts';
import { StateDirectory } from './state-directory.ts';
import { Supervisor } from './supervisor.ts';

/** Where the parts of a stack are: what `stack.json` says. */
export interface StackAddresses extends Connections {
  /** The base URL of the functions host. */
  functions: string;
}

const DEFAULT_STATE = '.longhaul';
const ADDRESSES = 'stack.json';
const PORTS = 'ports.json';

/** The programs of a killed stack end by themselves, but not at once. */
const ORPHANS_END_WITHIN_MS = 5_000;

/**
 * Brings everything up on this machine: storage, Service Bus, the simulator of Azure OpenAI (unless the environment
 * has an `AZURE_OPENAI_ENDPOINT`), the functions host with the app, and blob events.
 *
 * @returns when everything answers
 * @throws Error when another stack has the state directory, or a program does not start (with its last output)
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const stack = new Stack(options);
  try {
    await stack.start();
    return stack;
  } catch (error) {
    await stack.kill();
    throw error;
  }
}

/** A running stack. It does not outlive this process, however that ends. */
export class Stack {
  /** Resolves if a program keeps dying: the stack is of no use any more and waits to be stopped. */
  readonly failed: Promise<ProgramEnded>;
  readonly #options: StackOptions;
  readonly #state: StateDirectory;
  readonly #supervisors = new Map<ProgramName, Supervisor>();
  readonly #fail: (error: ProgramEnded) => void;
  #addresses: StackAddresses | undefined;
  #functions: readonly unknown[] = [];

  /** Use {@link startStack}. */
  constructor(options: StackOptions) {
    const { promise, resolve } = Promise.withResolvers<ProgramEnded>();
    this.failed = promise;
    this.#fail = resolve;
    this.#options = options;
    this.#state = new StateDirectory(options.state ?? DEFAULT_STATE);
  }

  get addresses(): StackAddresses {
    if (this.#addresses === undefined) throw new Error('The stack has not started yet.');
    return this.#addresses;
  }

  /** The directory that keeps everything. */
  get state(): string {
    return this.#state.path;
  }

  /** What the functions host says of the functions it loaded. */
  get functions(): readonly unknown[] {
    return this.#functions;
  }

  /** The process id of a program; nothing while it is down. */
  process(name: ProgramName): number | undefined {
    return this.#supervisors.get(name)?.pid;
  }

  /** Called once, by {@link startStack}. */
  async start(): Promise<void> {
    const programs = new Programs(this.#state, await this.#prepare(), this.#options);
    const connections = await this.#startServices(programs);
    const [functions] = await Promise.all([
      this.#run('functions', programs.functions(connections)),
      this.#run('eventGrid', programs.eventGrid(connections)),
    ]);
    this.#functions = (functions['functions'] ?? []) as readonly unknown[];
    this.#addresses = { functions: String(functions['url']), ...connections };
    this.#writeAddresses();
  }

  /** Clears what an earlier stack left behind that is not to be kept, and decides on the ports. */
  async #prepare(): Promise<Ports> {
    const killed = this.#state.readJson(ADDRESSES) !== undefined;
    this.#state.remove(ADDRESSES);
    const remembered = this.#state.readJson(PORTS) as Partial<Ports> | undefined;
    if (this.#options.reset) this.#state.clear();
    this.#state.clearLogs();
    const ports = await choosePorts(
      this.#preferredPorts(remembered),
      killed ? ORPHANS_END_WITHIN_MS : 0,
    );
    this.#checkPort(ports);
    this.#state.writeJson(PORTS, ports);
    return ports;
  }

  #preferredPorts(remembered: Partial<Ports> | undefined): Partial<Ports> {
    const { port, usualPorts } = this.#options;
    return {
      ...(usualPorts ? USUAL_PORTS : {}),
      ...remembered,
      ...(port ? { functions: port } : {}),
    };
  }

  #checkPort(ports: Ports): void {
    const { port } = this.#options;
    if (!port || port === ports.functions) return;
    throw new Error(`Port ${port} is taken. Give --port a free one, or leave it out.`);
  }

  async #startServices(programs: Programs): Promise<Connections> {
    const [storage, serviceBus, azureOpenAI] = await Promise.all([
      this.#run('storage', programs.storage()).then(async ({ connectionString }) => {
        await createStorageResources(String(connectionString));
        return String(connectionString);
      }),
      this.#run('serviceBus', programs.serviceBus()).then((ready) =>
        String(ready['connectionString']),
      ),
      programs.realAzureOpenAI ??
        this.#run('azureOpenAI', programs.azureOpenAI()).then(({ url }) => String(url)),
    ]);
    return { storage, serviceBus, azureOpenAI };
  }

  async #run(name: ProgramName, program: Program): Promise<Ready> {
    const supervisor = new Supervisor(program, {
      died: (how) => this.#options.onProgress?.({ type: 'died', program: name, how }),
      recovered: () => {
        this.#writeAddresses();
        this.#options.onProgress?.({ type: 'recovered', program: name });
      },
      gaveUp: this.#fail,
    });
    this.#supervisors.set(name, supervisor);
    const ready = await supervisor.start();
    this.#options.onProgress?.({ type: 'ready', program: name });
    return ready;
  }

  #writeAddresses(): void {
    if (this.#addresses === undefined) return;
    const pids = [...this.#supervisors].map(([name, { pid }]) => [name, pid]);
    this.#state.writeJson(ADDRESSES, { ...this.#addresses, processes: Object.fromEntries(pids) });
  }

  /** Kills a program (SIGKILL) and leaves it down, as an outage does. */
  async halt(name: ProgramName): Promise<void> {
    await this.#supervisor(name).kill();
  }

  /** Ends the outage: starts the program again, as it was, and waits until it is ready. */
  async resume(name: ProgramName): Promise<void> {
    await this.#supervisor(name).start();
    this.#writeAddresses();
  }

  #supervisor(name: ProgramName): Supervisor {
    const supervisor = this.#supervisors.get(name);
    if (supervisor !== undefined) return supervisor;
    throw new Error(
      `'${name}' is not part of this stack: ${[...this.#supervisors.keys()].join(', ')}.`,
    );
  }

  /** Ends everything in order: what takes work in first, what keeps it last. */
  async stop(): Promise<void> {
    for (const name of PROGRAM_NAMES.toReversed()) await this.#supervisors.get(name)?.stop();
    this.#state.remove(ADDRESSES);
    this.#state.release();
  }

  /** Kills every program (SIGKILL) at once, as a power cut would. The state can be started again. */
  async kill(): Promise<void> {
    await Promise.all([...this.#supervisors.values()].map((supervisor) => supervisor.kill()));
    this.#state.release();
  }
}
