/** Milliseconds: to whom a program says goodbye may be gone as well, and never answer. */
const LONGEST_GOODBYE_MS = 5_000;

/**
 * What every process of the local stack says and obeys: it tells its parent when it is ready, and ends
 * when its parent does, however that ended: the channel closes even after `kill -9`.
 *
 * @param ready what the parent needs to know, such as ports
 * @param stop what to do before the end, if anything; called once, when the parent is gone or a signal asks to end; the process exits after it
 */
export function announceReady(ready: object, stop?: () => Promise<void>): void {
  const end = once(() => {
    setTimeout(() => process.exit(), LONGEST_GOODBYE_MS);
    void Promise.resolve(stop?.()).finally(() => process.exit());
  });
  process.once('disconnect', end);
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  if (process.send === undefined) console.log(JSON.stringify(ready));
  else if (process.connected) process.send({ type: 'ready', ...ready });
  else end();
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
