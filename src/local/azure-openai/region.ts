/** Where the simulator says that it is, as people and as Azure Resource Manager write it. */
export const REGION = 'Sweden Central';
export const REGION_NAME = 'swedencentral';
