import type { Sender } from 'rhea';

/** The settle mode of a link whose messages count as settled when they are sent (AMQP 1.0 §2.8.2). */
const SETTLED = 1;

/** Whether the receiving end asked for messages that count as settled when they are sent. */
export function asksForSettled(link: Sender): boolean {
  return link.snd_settle_mode === SETTLED;
}

/** Makes a link that is being attached send its messages as settled: nobody answers to them. */
export function sendSettled(link: Sender): void {
  // rhea looks at its own end of the link for that, which its types leave out.
  const { local } = link as Sender & { local: { attach: { snd_settle_mode?: number } } };
  local.attach.snd_settle_mode = SETTLED;
}
