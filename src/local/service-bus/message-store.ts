import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { AcceptedId, DuplicateJournal } from './duplicate-detection.ts';
import { GroupCommit } from './group-commit.ts';
import type { Message, MessageState } from './message.ts';
import type { MessageJournal, StoredMessages } from './queue.ts';

/** The part of the store that belongs to one entity. */
export interface EntityStore {
  loadMessages(): StoredMessages;
  loadAcceptedIds(): AcceptedId[];
  messages: MessageJournal;
  duplicates: DuplicateJournal;
}

interface MessageRow {
  id: number;
  sequence_number: number;
  state: MessageState;
  enqueued_at: number;
  expires_at: number | null;
  delivery_count: number;
  locked: number;
}

/** Messages, their contents and the ids kept for duplicate detection, in SQLite. */
export class MessageStore {
  readonly commit: GroupCommit;
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareStatements>;
  #lastId: number;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#statements = prepareStatements(database);
    this.commit = new GroupCommit(database);
    this.#lastId = Number(this.#statements.lastId.get()?.['id'] ?? 0);
  }

  /** Keeps the content of a new message. @returns the id of the message. */
  keepContent(bytes: Buffer): number {
    const id = ++this.#lastId;
    this.#write(this.#statements.insertContent, id, bytes);
    return id;
  }

  replaceContent(id: number, bytes: Buffer): void {
    this.#write(this.#statements.replaceContent, bytes, id);
  }

  content(id: number): Buffer {
    const bytes = this.#statements.content.get(id)?.['bytes'];
    if (!(bytes instanceof Uint8Array)) {
      throw new Error(
        `The content of message ${id} is missing from the state file: it is damaged.`,
      );
    }
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The store of the entity of that address, which is made when there is none. */
  entity(address: string): EntityStore {
    this.#statements.insertEntity.run(address);
    const row = this.#statements.entity.get(address);
    const entity = Number(row?.['id']);
    return {
      loadMessages: () => this.#loadMessages(entity, Number(row?.['last_sequence_number'])),
      loadAcceptedIds: () => this.#loadAcceptedIds(entity),
      messages: this.#messageJournal(entity),
      duplicates: {
        remember: (id, acceptedAt) =>
          this.#write(this.#statements.remember, entity, id, acceptedAt),
        forget: (id) => this.#write(this.#statements.forget, entity, id),
      },
    };
  }

  /** Commits what is pending and gives the file up. */
  close(): void {
    this.commit.flush();
    this.#database.close();
  }

  #messageJournal(entity: number): MessageJournal {
    const { insert, update, remove, removeContent, advanceSequence } = this.#statements;
    return {
      insert: (message) => {
        this.#write(insert, message.id, entity, ...columns(message));
        this.#write(advanceSequence, message.sequenceNumber, entity);
      },
      update: (message) => {
        this.#write(update, ...columns(message), message.id);
        this.#write(advanceSequence, message.sequenceNumber, entity);
      },
      remove: ({ id }) => {
        this.#write(remove, id);
        this.#write(removeContent, id);
      },
    };
  }

  #loadMessages(entity: number, lastSequenceNumber: number): StoredMessages {
    // The columns are those of the table in state-file.ts.
    const rows = this.#statements.messages.all(entity) as unknown as MessageRow[];
    const loaded = rows.map((row) => ({ message: fromRow(row), locked: row.locked === 1 }));
    return {
      lastSequenceNumber,
      messages: loaded.map(({ message }) => message),
      interrupted: loaded.filter(({ locked }) => locked).map(({ message }) => message),
    };
  }

  #loadAcceptedIds(entity: number): AcceptedId[] {
    return this.#statements.acceptedIds.all(entity).map((row) => ({
      messageId: String(row['message_id']),
      acceptedAt: Number(row['accepted_at']),
    }));
  }

  #write(statement: StatementSync, ...parameters: SQLInputValue[]): void {
    this.commit.begin();
    statement.run(...parameters);
  }
}

function columns(message: Message): SQLInputValue[] {
  return [
    message.sequenceNumber,
    message.state,
    message.enqueuedAt,
    message.expiresAt < Infinity ? message.expiresAt : null,
    message.deliveryCount,
    message.lock === undefined ? 0 : 1,
  ];
}

function fromRow(row: MessageRow): Message {
  return {
    id: row.id,
    sequenceNumber: row.sequence_number,
    state: row.state,
    enqueuedAt: row.enqueued_at,
    expiresAt: row.expires_at ?? Infinity,
    deliveryCount: row.delivery_count,
    lock: undefined,
  };
}

function prepareStatements(database: DatabaseSync) {
  const prepare = (sql: string) => database.prepare(sql);
  return {
    lastId: prepare('SELECT max(id) AS id FROM message'),
    insertEntity: prepare('INSERT OR IGNORE INTO entity (address) VALUES (?)'),
    entity: prepare('SELECT id, last_sequence_number FROM entity WHERE address = ?'),
    advanceSequence: prepare(
      'UPDATE entity SET last_sequence_number = max(last_sequence_number, ?) WHERE id = ?',
    ),
    messages: prepare('SELECT * FROM message WHERE entity = ? ORDER BY sequence_number'),
    insert: prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    update: prepare(
      'UPDATE message SET sequence_number = ?, state = ?, enqueued_at = ?, expires_at = ?, ' +
        'delivery_count = ?, locked = ? WHERE id = ?',
    ),
    remove: prepare('DELETE FROM message WHERE id = ?'),
    content: prepare('SELECT bytes FROM content WHERE message = ?'),
    insertContent: prepare('INSERT INTO content VALUES (?, ?)'),
    replaceContent: prepare('UPDATE content SET bytes = ? WHERE message = ?'),
    removeContent: prepare('DELETE FROM content WHERE message = ?'),
    acceptedIds: prepare(
      'SELECT message_id, accepted_at FROM accepted_id WHERE entity = ? ORDER BY accepted_at',
    ),
    remember: prepare('INSERT OR REPLACE INTO accepted_id VALUES (?, ?, ?)'),
    forget: prepare('DELETE FROM accepted_id WHERE entity = ? AND message_id = ?'),
  };
}
