@export()
@description('What a deployment takes at most; absent: what is documented of its model. The app admits jobs by it.')
type deploymentLimits = {
  concurrent: int?
  requestsPerMinute: int?
  createsPerMinute: int?
  tokensPerMinute: int?
  enqueuedTokens: int?
}

@description('jobs: /video/generations/jobs (Sora 1); videos: /videos (Sora 2).')
type videoApi = 'jobs' | 'videos'

@export()
@description('A model deployment of Azure OpenAI, as jobs name it.')
type modelDeployment = {
  name: string
  model: string
  version: string
  sku: 'Standard' | 'GlobalStandard' | 'DataZoneStandard' | 'GlobalBatch' | 'DataZoneBatch' | 'ProvisionedManaged' | 'GlobalProvisionedManaged' | 'DataZoneProvisionedManaged'
  @description('Thousands of tokens per minute; of a batch SKU, the quota of enqueued tokens; of a provisioned SKU, units.')
  @minValue(1)
  capacity: int
  @description('Which of the video APIs it speaks; absent: the name of the model decides.')
  videoApi: videoApi?
  @description('Paths of batch rows that it takes beside the usual ones.')
  batchEndpoints: string[]?
  @description('Nobody but Longhaul submits work to it.')
  exclusive: bool?
  limits: deploymentLimits?
}

@export()
@description('A telephone that gets alerts.')
type smsReceiver = {
  name: string
  countryCode: string
  phoneNumber: string
}

@export()
@description('An address that gets alerts.')
type webhookReceiver = {
  name: string
  serviceUri: string
}
