import { expect, it } from 'vitest';
import { normalStatus } from '../../src/kinds/upstream-status.ts';

it.each([
  ['completed', 'completed'],
  ['Completed', 'completed'],
  [' IN_PROGRESS ', 'in_progress'],
  ['in-progress', 'in_progress'],
  ['In Progress', 'in_progress'],
  ['InProgress', 'in_progress'],
  ['notStarted', 'not_started'],
  ['canceled', 'cancelled'],
  ['Cancelled', 'cancelled'],
  ['canceling', 'cancelling'],
  ['brand new', 'brand_new'],
  ['', undefined],
  [null, undefined],
  [200, undefined],
])('spells %j as %j', (value, expected) => {
  expect(normalStatus(value)).toBe(expected);
});
