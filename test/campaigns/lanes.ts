/**
 * Works through items in a few lanes at the same time, each with something of its own to work on.
 *
 * @param lane makes what works through the items of one lane.
 */
export async function inLanes<Item>(
  items: readonly Item[],
  lanes: number,
  lane: (items: Iterable<Item>) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const count = Math.min(lanes, items.length);
  await Promise.all(Array.from({ length: count }, () => lane(shared(waiting))));
}

/** An iterator that a lane may leave without ending it for the others. */
function* shared<Item>(waiting: Iterator<Item>): Generator<Item> {
  for (let next = waiting.next(); !next.done; next = waiting.next()) yield next.value;
}
