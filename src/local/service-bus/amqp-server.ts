import type { Server, Socket } from 'node:net';
import rhea from 'rhea';
import type { Container, EventContext, Receiver, Sender } from 'rhea';
import { MAX_MESSAGE_SIZE } from './amqp-message.ts';

/** Takes over the links that clients attach. */
export interface LinkHandler {
  /** A client wants to send, to the address in the target of the link. */
  senderAttached(link: Receiver): void;
  /** A client wants to receive, from the address in the source of the link. */
  receiverAttached(link: Sender): void;
  /** Links, a session or a connection have ended. */
  detached(): void;
}

/** How many messages a client may send ahead of their settlement. */
const CREDIT_WINDOW = 1000;

/** Listens for AMQP 1.0 over plain TCP, on this machine only. */
export class AmqpServer {
  readonly #container: Container;
  readonly #sockets = new Set<Socket>();
  readonly #fail: (error: unknown) => void;
  readonly #log: (line: string) => void;
  #server: Server | undefined;

  /**
   * @param fail hears of errors of the state file, after which the broker must not go on.
   * @param log hears of all others, which cost a client its connection.
   */
  constructor(handler: LinkHandler, fail: (error: unknown) => void, log: (line: string) => void) {
    this.#fail = fail;
    this.#log = log;
    this.#container = rhea.create_container({ id: 'local-service-bus' });
    offerSaslMechanisms(this.#container);
    this.#container.options['receiver_options'] = {
      autoaccept: false,
      credit_window: CREDIT_WINDOW,
      max_message_size: MAX_MESSAGE_SIZE,
    };
    // Otherwise rhea reports every `modified` as `released` too, and settles by itself.
    this.#container.options['sender_options'] = {
      autosettle: false,
      treat_modified_as_released: false,
    };
    this.#register(handler);
  }

  /** @param port 0 for any free one. @returns the port. @throws when the port is taken. */
  listen(port: number): Promise<number> {
    const server = this.#container.listen({ port, host: '127.0.0.1' });
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.once('listening', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Ends every connection and listens no more. */
  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => {
      if (this.#server === undefined) resolve();
      else this.#server.close(() => resolve());
    });
  }

  #register(handler: LinkHandler): void {
    const container = this.#container;
    container.on('receiver_open', ({ receiver }: EventContext) => {
      if (receiver !== undefined) handler.senderAttached(receiver);
    });
    container.on('sender_open', ({ sender }: EventContext) => {
      if (sender !== undefined) handler.receiverAttached(sender);
    });
    for (const event of ['sender_close', 'session_close', 'connection_close', 'disconnected']) {
      container.on(event, () => handler.detached());
    }
    // rhea throws what nobody listens to; these only say that a client has gone, or what it sent
    // was not AMQP, and rhea has ended the connection by then.
    for (const event of [
      'receiver_close',
      'receiver_error',
      'sender_error',
      'session_error',
      'connection_error',
      'protocol_error',
    ]) {
      container.on(event, () => {});
    }
    container.on('error', (error: unknown) => {
      if (isStorageError(error)) this.#fail(error);
      else this.#log(`Ended a connection: ${String(error)}`);
    });
  }
}

/** PLAIN, ANONYMOUS and MSSBCBS, all of which let everybody in: tokens come later, through `$cbs`. */
function offerSaslMechanisms(container: Container): void {
  const mechanisms = container.sasl_server_mechanisms as {
    enable_anonymous(): void;
    enable_plain(check: () => boolean): void;
    MSSBCBS?: () => { outcome: boolean; start(): void };
  };
  mechanisms.enable_anonymous();
  mechanisms.enable_plain(() => true);
  mechanisms.MSSBCBS = () => ({ outcome: true, start: () => {} });
}

/** rhea hands every error of an event handler to its container, like those of malformed input. */
function isStorageError(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_SQLITE_ERROR';
}
