import { DefaultAzureCredential, type TokenCredential } from '@azure/identity';

/**
 * The app's identity, made when it is first needed: with connection strings and keys it never is.
 *
 * @param clientId of the user-assigned identity; absent for the system-assigned one.
 */
export function lazyCredential(clientId: string | undefined): () => TokenCredential {
  let credential: TokenCredential | undefined;
  return () =>
    (credential ??= new DefaultAzureCredential(
      clientId === undefined ? {} : { managedIdentityClientId: clientId },
    ));
}
