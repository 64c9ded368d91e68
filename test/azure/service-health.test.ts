import { HttpRequest } from '@azure/functions';
import { expect, test } from 'vitest';
import { answered } from '../../src/azure/http/problem-response.ts';
import { postServiceHealth } from '../../src/azure/http/service-health.ts';
import { LonghaulError } from '../../src/jobs/errors.ts';
import { failing } from '../support/in-memory/died.ts';
import { World } from '../support/in-memory/world.ts';
import { commonSchema, OUTAGE } from '../support/service-health.ts';

const outage = new LonghaulError('storage-unavailable', 'Storage is away.');

test.each([
  ['Service Bus', 'publisher.send', new Error('The bus is away.'), 'events-unavailable'],
  ['storage', 'announcements.putOnce', outage, 'storage-unavailable'],
])('Azure Monitor is asked to send again while %s is away', async (_, away, error, code) => {
  const world = new World();
  const services = world.services(failing((name) => name === away, error));
  const request = new HttpRequest({
    method: 'POST',
    url: 'http://localhost/api/service-health',
    body: { string: JSON.stringify(commonSchema(OUTAGE)) },
  });
  const { status, headers, body } = await answered(services.journal, () =>
    postServiceHealth(services, request),
  );

  expect(status).toBe(503);
  expect(headers).toHaveProperty('Retry-After');
  expect(JSON.parse(typeof body === 'string' ? body : '')).toMatchObject({ code, retryable: true });
  expect(world.topic).toEqual([]);
});
