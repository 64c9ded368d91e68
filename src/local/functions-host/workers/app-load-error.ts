import type { ErrorMessage } from '../worker/messages.ts';

/** The app cannot be served: its files do not load, or it registers something impossible. */
export class AppLoadError extends Error {
  override name = 'AppLoadError';
  readonly errors: readonly ErrorMessage[];

  constructor(errors: readonly ErrorMessage[]) {
    super(errors.map(({ message }) => message).join('\n'));
    this.errors = errors;
  }
}
