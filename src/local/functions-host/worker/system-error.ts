/**
 * An error of the host's own: `@azure/functions` tells them from the app's by this mark
 * (its `errors.ts`), for example to explain that a hook is not supported.
 */
export function systemError<E extends Error>(
  message: string,
  Type: new (message: string) => E = Error as unknown as new (message: string) => E,
): E {
  return Object.assign(new Type(message), { isAzureFunctionsSystemError: true });
}
