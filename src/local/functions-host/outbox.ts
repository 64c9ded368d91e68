/**
 * Gathers the messages of one turn of the event loop, so that they cross a process boundary together:
 * each crossing costs more than what is in it.
 */
export class Outbox<Message> {
  readonly #send: (messages: Message[]) => void;
  #messages: Message[] = [];
  #isDue = false;

  constructor(send: (messages: Message[]) => void) {
    this.#send = send;
  }

  /** Sends the message with the others, soon. */
  add(message: Message): void {
    this.#messages.push(message);
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.flush();
    });
  }

  /** Sends everything now: before something that may block or end the process. */
  flush(): void {
    if (this.#messages.length > 0) this.#send(this.#messages.splice(0));
  }
}
