import type { DemoJob } from './jobs.ts';

const DEPLOYMENT = 'sora-2';

/** The documented limit of the model. */
export const VIDEOS_AT_ONCE = 2;

function video(id: string, prompt: string, priority = 'normal'): DemoJob {
  return {
    door: 'http',
    expected: 'succeeded',
    envelope: {
      id,
      kind: 'video',
      request: { model: DEPLOYMENT, prompt, size: '1280x720', seconds: '8' },
      options: { priority },
      labels: { demo: 'main-job' },
    },
  };
}

/** Twice as many as the deployment takes; the last one is to overtake the one before it. */
export const VIDEOS: readonly DemoJob[] = [
  video('harbour-at-dawn', 'A fishing harbour at dawn, gulls circle, the camera rises slowly.'),
  video('paper-boat', 'A paper boat on a stream in spring, the camera follows from behind.'),
  video('night-train', 'A night train crosses a snowy plain, seen from the last carriage.'),
  video('product-launch', 'A folding bicycle unfolds by itself on a white table.', 'high'),
];
