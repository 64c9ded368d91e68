import { expect, it } from 'vitest';
import { keptOutOfErrors } from '../../../src/kinds/video/secrets.ts';
import { video } from '../../../src/kinds/video/video.ts';
import { JOBS_REQUEST, VIDEOS_REQUEST } from './support/video-upstream.ts';

const signed = {
  ...VIDEOS_REQUEST,
  input_reference: { image_url: 'https://a.example/cat.png?sv=2026&sig=planted%2Bsecret' },
};

it('keeps an ordinary request as it is', () => {
  expect(video.redact(JOBS_REQUEST)).toEqual(JOBS_REQUEST);
  const input_reference = { image_url: 'data:image/png;base64,iVBORw0KGgo=' };
  expect(video.redact({ ...VIDEOS_REQUEST, input_reference })).toMatchObject({ input_reference });
});

it('takes the signature out of a picture’s address, and nothing else', () => {
  expect(video.redact(signed)).toEqual({
    ...VIDEOS_REQUEST,
    input_reference: { image_url: 'https://a.example/cat.png?sv=[redacted]&sig=[redacted]' },
  });
});

it('takes out what fields that are called secret hold', () => {
  const redacted = video.redact({ ...JOBS_REQUEST, api_key: 'planted', headers: { a: 'planted' } });
  expect(JSON.stringify(redacted)).not.toContain('planted');
});

it('names what errors must not repeat', () => {
  expect(keptOutOfErrors(signed)).toEqual(
    expect.arrayContaining([VIDEOS_REQUEST.prompt, 'planted%2Bsecret', '2026']),
  );
});

it('does not look for a prompt that is as short as a word', () => {
  expect(keptOutOfErrors({ prompt: 'A cat.' })).toEqual([]);
});
