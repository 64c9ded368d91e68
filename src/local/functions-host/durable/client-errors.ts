/** The caller asked for something that cannot be: HTTP answers 400. */
export class ArgumentError extends Error {
  override name = 'ArgumentError';
}

/** The instance's status forbids what was asked: HTTP answers 500, as the extension does. */
export class InvalidOperationError extends Error {
  override name = 'InvalidOperationError';
}
