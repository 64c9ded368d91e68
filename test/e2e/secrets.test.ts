import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Doors, SILENT_DOORS } from '../support/doors.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';
import { filesIn, placesOf, Reach, type Found } from '../support/reach.ts';

/** Every way in, with secrets of its own: of a job that is taken, and of what is turned away. */
const WAYS = ['http', ...SILENT_DOORS].map((door) => ({
  door,
  id: `secret-${door}`,
  secret: randomUUID(),
  addressSecret: randomUUID(),
  refusedSecret: randomUUID(),
  brokenSecret: randomUUID(),
}));

let local: LocalStack;
let doors: Doors;
let reach: Reach;

/** Time stands still, so that the jobs run for as long as it takes to look. */
beforeAll(async () => {
  local = await startLocalStack({ virtualTime: true, virtualUntil: 'now' });
  doors = new Doors(local);
  reach = new Reach(local);
});
afterAll(async () => {
  await rm(local.stack.state, { recursive: true, force: true });
});

describe('the secrets of MCP servers', () => {
  describe('while their jobs run', () => {
    let found: Found[];

    beforeAll(async () => {
      await Promise.all(
        WAYS.map(({ door, id, secret, addressSecret }) =>
          handIn(door, id, JSON.stringify(envelope(id, secret, addressSecret))),
        ),
      );
      await Promise.all(
        WAYS.map(({ id }) => local.jobs.waitFor(id, ({ status }) => status === 'running')),
      );
      // The document in state is written after the row that says so.
      await local.clock.passTo(await local.clock.now());
      found = await reach.everything();
    });

    it.each(WAYS)('lie in state alone, and where $door left them', (way) => {
      const drop = way.door === 'blob-drop' ? [`inbox/jobs/${way.id}.json`] : [];
      const stored = expect.stringMatching(`^state/${way.id}/requests/[0-9a-f]{64}\\.json$`);

      expect(placesOf(way.secret, found)).toEqual([...drop, stored]);
      expect(placesOf(way.addressSecret, found)).toEqual([...drop, stored]);
    });

    it('would be found wherever anything of a job is to be found', () => {
      const kinds = placesOf('secret-http', found).map((place) => place.split(/[ .]/)[0]);

      expect(new Set(kinds)).toEqual(
        new Set([
          '/jobs',
          '/jobs/secret-http',
          'event',
          'functions/durable',
          'logs/functions',
          'state/secret-http/job',
          'table',
        ]),
      );
    });
  });

  describe.each([
    {
      what: 'an envelope that is refused',
      secretOf: (way: (typeof WAYS)[number]) => way.refusedSecret,
      textOf: (secret: string) => JSON.stringify({ ...envelope('refused', secret), surplus: true }),
    },
    {
      what: 'a text that breaks off before it is JSON',
      secretOf: (way: (typeof WAYS)[number]) => way.brokenSecret,
      textOf: (secret: string) => JSON.stringify(envelope('broken', secret)).slice(0, -1),
    },
  ])('of $what', ({ what, secretOf, textOf }) => {
    const name = what.replaceAll(' ', '-');
    const answers = new Map<string, string>();
    let found: Found[];

    beforeAll(async () => {
      await Promise.all(
        WAYS.map(async (way) => {
          const answer = await handIn(way.door, name, textOf(secretOf(way)));
          answers.set(way.door, answer);
          if (way.door === 'http') return;
          await local.events.waitFor('longhaul.job.rejected', `${way.door}/${answer}`);
        }),
      );
      found = await reach.everything();
    });

    it.each(WAYS)('are in no answer, event or copy: $door', (way) => {
      // The blob that was dropped stays its owner's, as he wrote it.
      const drop = way.door === 'blob-drop' ? [`inbox/jobs/${name}.json`] : [];

      expect(answers.get(way.door)).not.toContain(secretOf(way));
      expect(placesOf(secretOf(way), found)).toEqual(drop);
    });
  });

  describe('after the end of their jobs', () => {
    let found: Found[];

    beforeAll(async () => {
      await local.clock.go();
      await Promise.all(WAYS.map(({ id }) => local.events.waitFor('longhaul.job.succeeded', id)));
      found = await reach.everything();
    });

    it.each(WAYS)('are nowhere: $door', ({ id, secret, addressSecret }) => {
      expect(placesOf(id, found)).not.toEqual([]);
      expect(placesOf(secret, found)).toEqual([]);
      expect(placesOf(addressSecret, found)).toEqual([]);
    });
  });

  describe('after the end of the programs', () => {
    let files: Found[];

    beforeAll(async () => {
      await doors.close();
      await local.events.close();
      await local.stack.stop();
      files = (await filesIn(local.stack.state)).filter(isNoStorage);
    });

    it.each(WAYS)('are in no file: $door', ({ secret, refusedSecret, brokenSecret }) => {
      for (const text of [secret, refusedSecret, brokenSecret]) {
        expect(placesOf(text, files)).toEqual([]);
      }
    });

    // Azure OpenAI repeats the address of a server with every response; the simulator does too.
    it.each(WAYS)('those of an address are upstream alone: $door', ({ addressSecret }) => {
      const folders = placesOf(addressSecret, files).map((place) => place.split('/')[0]);

      expect(new Set(folders)).toEqual(new Set(['azure-openai']));
    });
  });
});

/**
 * Azurite frees the space of deleted blobs and messages only when it collects its garbage, every
 * ten minutes; until then its extents and its journal still hold the bytes. Azure does likewise,
 * and encrypts them at rest.
 */
function isNoStorage({ place }: Found): boolean {
  return !place.startsWith('storage/');
}

/** @returns the answer, or what the door knows the text by. */
async function handIn(door: string, name: string, text: string): Promise<string> {
  const silent = SILENT_DOORS.find((candidate) => candidate === door);
  if (silent) return doors.handIn(silent, name, text);
  return JSON.stringify(await local.jobs.post('/jobs', text));
}

function envelope(id: string, secret: string, addressSecret = secret) {
  const tool = {
    type: 'mcp',
    server_label: 'wiki',
    server_url: `https://wiki.example/mcp?token=${addressSecret}`,
    headers: { Authorization: `Bearer ${secret}`, 'X-Tenant': secret },
    require_approval: 'never',
  };
  return {
    id,
    kind: 'response',
    request: { model: 'gpt-5.1', input: 'What does the wiki say?', tools: [tool] },
  };
}
