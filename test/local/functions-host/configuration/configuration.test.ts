import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  bindingData,
  expandBinding,
} from '../../../../src/local/functions-host/configuration/binding-expression.ts';
import { KeyRing } from '../../../../src/local/functions-host/configuration/function-keys.ts';
import { readHostJson } from '../../../../src/local/functions-host/configuration/host-json.ts';
import { Settings } from '../../../../src/local/functions-host/configuration/settings.ts';
import { temporaryDirectory } from '../support/start-host.ts';

function directoryWith(file: string, content: unknown): string {
  const directory = temporaryDirectory();
  writeFileSync(
    path.join(directory, file),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
  return directory;
}

describe('host.json', () => {
  test('has the defaults of Azure', () => {
    const { hostJson, withoutEffect } = readHostJson(
      directoryWith('host.json', { version: '2.0' }),
    );
    expect(withoutEffect).toEqual([]);
    expect(hostJson.extensions).toMatchObject({
      http: { routePrefix: 'api' },
      queues: {
        batchSize: 16,
        maxDequeueCount: 5,
        visibilityTimeout: 0,
        messageEncoding: 'base64',
      },
      serviceBus: {
        maxConcurrentCalls: 16,
        autoCompleteMessages: true,
        maxAutoLockRenewalDuration: 300_000,
      },
    });
  });

  test('time spans become milliseconds, and options without effect are named', () => {
    const { hostJson, withoutEffect } = readHostJson(
      directoryWith('host.json', {
        version: '2.0',
        functionTimeout: '00:10:00',
        logging: { applicationInsights: {}, logLevel: { default: 'Warning' } },
        extensions: {
          queues: { visibilityTimeout: '1.02:03:04.5' },
          serviceBus: { prefetchCount: 5 },
          cosmosDB: {},
        },
      }),
    );
    expect(hostJson.extensions.queues.visibilityTimeout).toBe(93_784_500);
    expect(hostJson.logging.logLevel).toEqual({ default: 'warning' });
    expect(withoutEffect).toEqual([
      'logging.applicationInsights',
      'extensions.cosmosDB',
      'extensions.serviceBus.prefetchCount',
    ]);
  });

  test('settings come before it', () => {
    const { hostJson, withoutEffect } = readHostJson(
      directoryWith('host.json', {
        version: '2.0',
        functionTimeout: '00:10:00',
        logging: { logLevel: { default: 'Warning', Function: 'Error' } },
        extensions: { durableTask: { hubName: 'Mine', tracing: {} } },
      }),
      {
        AzureFunctionsJobHost__functionTimeout: '-1',
        AzureFunctionsJobHost__Logging__LogLevel__Default: 'Debug',
        AzureFunctionsJobHost__extensions__queues__batchSize: '4',
        AzureFunctionsJobHost__extensions__serviceBus__autoCompleteMessages: 'False',
      },
    );
    expect(hostJson.functionTimeout).toBe(Infinity);
    expect(hostJson.logging.logLevel).toEqual({ default: 'debug', Function: 'error' });
    expect(hostJson.extensions.queues.batchSize).toBe(4);
    expect(hostJson.extensions.serviceBus.autoCompleteMessages).toBe(false);
    expect(hostJson.extensions.durableTask.hubName).toBe('Mine');
    expect(withoutEffect).toEqual(['extensions.durableTask.tracing']);
  });

  test.each([
    ['{', 'cannot be read as JSON'],
    [{ version: '1.0' }, 'version'],
    [{ version: '2.0', extensions: { queues: { batchSize: 33 } } }, 'batchSize'],
    [{ version: '2.0', extensions: { queues: { visibilityTimeout: '30s' } } }, 'not a time span'],
    [{ version: '2.0', extensions: { queues: { messageEncoding: 'utf7' } } }, 'messageEncoding'],
  ])('%j is refused', (content, message) => {
    expect(() => readHostJson(directoryWith('host.json', content))).toThrow(message);
  });
});

describe('settings', () => {
  test('come from local.settings.json under the environment, which wins', () => {
    const directory = directoryWith('local.settings.json', {
      Values: { A: 'file', B: 'file', N: 7 },
      Host: { LocalHttpPort: 7099, CORS: 'https://one.example, https://two.example' },
    });
    const settings = Settings.read(directory, { B: 'environment' });
    expect(settings.all()).toEqual({ A: 'file', B: 'environment', N: '7' });
    expect(settings.port).toBe(7099);
    expect(settings.cors).toEqual({
      origins: ['https://one.example', 'https://two.example'],
      credentials: false,
    });
    expect(settings.expand('x-%A%-%B%')).toBe('x-file-environment');
    expect(() => settings.expand('%C%')).toThrow('"C"');
  });

  test('an app without the file has those of the environment', () => {
    expect(Settings.read(temporaryDirectory(), { A: '1' }).all()).toEqual({ A: '1' });
  });

  test('disable functions', () => {
    const settings = new Settings({
      'AzureWebJobs.one.Disabled': 'true',
      AzureWebJobs_two_Disabled: '1',
      'AzureWebJobs.three.Disabled': 'false',
    });
    const names = ['one', 'two', 'three', 'four'];
    expect(names.filter((name) => settings.isDisabled(name))).toEqual(['one', 'two']);
  });

  test('an encrypted file is refused', () => {
    const directory = directoryWith('local.settings.json', { IsEncrypted: true, Values: {} });
    expect(() => Settings.read(directory, {})).toThrow('func settings decrypt');
  });

  test('a connection is found under its name or with AzureWebJobs before it', () => {
    const settings = new Settings({ AzureWebJobsStorage: 's', Mine: 'm', AzureWebJobsOther: 'o' });
    expect(settings.connectionString()).toBe('s');
    expect(settings.connectionString('Storage')).toBe('s');
    expect(settings.connectionString('AzureWebJobsStorage')).toBe('s');
    expect(settings.connectionString('Mine')).toBe('m');
    expect(settings.connectionString('Other')).toBe('o');
    expect(() => settings.connectionString('None')).toThrow('"None" or "AzureWebJobsNone"');
  });
});

describe('binding expressions', () => {
  const data = bindingData(
    { Id: { string: '7' }, DequeueCount: { int: 2 }, Properties: { json: '{"size":5}' } },
    '{"order":{"id":"a-1"},"tags":["x"]}',
  );

  test.each([
    ['{id}/{dequeueCount}', '7/2'],
    ['{order.id}.json', 'a-1.json'],
    ['{properties.Size}', '5'],
    ['{tags}', '["x"]'],
    ['at {DateTime}', 'at 1970-01-01T00:00:00.000Z'],
  ])('%s becomes %s', (text, expected) => {
    expect(expandBinding(text, data, 0)).toBe(expected);
  });

  test('{rand-guid} is another each time, and an unknown name says what there is', () => {
    expect(expandBinding('{rand-guid}', {}, 0)).toMatch(/^[0-9a-f-]{36}$/);
    expect(expandBinding('{rand-guid}', {}, 0)).not.toBe(expandBinding('{rand-guid}', {}, 0));
    expect(() => expandBinding('{missing}', { Id: '7' }, 0)).toThrow('{missing}; it has: Id');
  });
});

test('function keys are made once and kept', () => {
  const state = temporaryDirectory();
  const made = new KeyRing(state);
  made.addFunctions(['one', 'two']);
  const { functions, ...hostKeys } = made.keys;
  expect(new Set([...Object.values(functions), ...Object.values(hostKeys)]).size).toBe(5);
  const again = new KeyRing(state);
  again.addFunctions(['one', 'two']);
  expect(again.keys).toEqual(made.keys);
});
