import { afterAll, beforeAll, describe } from 'vitest';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';
import { badInput } from './one-stack/bad-input.ts';
import { outsideProgram } from './one-stack/doors.ts';
import { duplicates } from './one-stack/duplicates.ts';
import { responses } from './one-stack/response.ts';
import { serviceHealth } from './one-stack/service-health.ts';

// Two workers and every activity delivered twice. To bring up a stack costs more than most of this,
// so all of it happens on one; each has jobs and deployments of its own and minds no others.
let local: LocalStack;
const stack = () => local;

beforeAll(async () => {
  local = await startLocalStack();
});
afterAll(() => local.stop());

describe('an outside program with the official SDKs', () => outsideProgram(stack));
describe('the same envelope more than once', () => duplicates(stack));
describe('bad input:', () => badInput(stack));
describe('notices of Service Health, posted as Azure Monitor does', () => serviceHealth(stack));
describe('responses:', () => responses(stack));
