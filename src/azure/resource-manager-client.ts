import type { CognitiveServicesManagementClient } from '@azure/arm-cognitiveservices';
import type { TokenCredential } from '@azure/identity';

/** What the simulator takes for a token; http is allowed for localhost only. */
const LOCAL_TOKEN = { token: 'local', expiresOnTimestamp: Number.MAX_SAFE_INTEGER };

/** The SDK's name of the policy that refuses to send tokens over http. */
const BEARER_POLICY = { name: 'bearerTokenAuthenticationPolicy' };

/**
 * @param endpoint https; or http for the simulator, which gets no real token.
 * @param subscription its id.
 */
export async function resourceManagerClient(
  endpoint: string,
  subscription: string,
  credential: () => TokenCredential,
): Promise<CognitiveServicesManagementClient> {
  // Only a daily timer needs it, and it would be half of the time in which the app loads.
  const { CognitiveServicesManagementClient: Client } =
    await import('@azure/arm-cognitiveservices');
  const local = endpoint.startsWith('http:');
  const client = new Client(local ? localCredential : credential(), subscription, {
    endpoint,
    $host: endpoint,
    allowInsecureConnection: local,
  });
  if (local) sendLocalToken(client);
  return client;
}

const localCredential: TokenCredential = { getToken: async () => LOCAL_TOKEN };

function sendLocalToken({ pipeline }: CognitiveServicesManagementClient): void {
  pipeline.removePolicy(BEARER_POLICY);
  pipeline.addPolicy({
    name: BEARER_POLICY.name,
    sendRequest(request, next) {
      request.headers.set('authorization', `Bearer ${LOCAL_TOKEN.token}`);
      return next(request);
    },
  });
}
