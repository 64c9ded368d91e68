import { z } from 'zod';

/** The name of a deployment, safe in a path, a header and the name of an entity. */
const DEPLOYMENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const deploymentRule = {
  error: 'must be the name of a deployment: 1 to 64 letters, digits, ".", "_" and "-"',
};

/** What a field that names a deployment must hold. */
export const deploymentName = z.string(deploymentRule).regex(DEPLOYMENT_NAME, deploymentRule);
