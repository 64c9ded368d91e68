import { roleIds } from 'roles.bicep'

param name string
param location string
param tags object
param appPrincipalId string

var intakeQueues = [
  'jobs'
  'blob-drops'
]

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: 'Standard'
    tier: 'Standard'
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}

// What cannot be accepted now is held for up to 120 s and comes again, up to 100 times; the lock
// outlasts the hold. Without duplicate detection, so that what was given up can be sent again.
resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for queue in intakeQueues: {
    parent: namespace
    name: queue
    properties: {
      maxDeliveryCount: 100
      lockDuration: 'PT5M'
      requiresDuplicateDetection: false
      deadLetteringOnMessageExpiration: true
    }
  }
]

resource jobEvents 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: namespace
  name: 'job-events'
  properties: {
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'P1D'
  }
}

// A subscription that nobody reads must not fill the topic: events end after two weeks.
resource all 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = {
  parent: jobEvents
  name: 'all'
  properties: {
    maxDeliveryCount: 10
    lockDuration: 'PT1M'
    defaultMessageTimeToLive: 'P14D'
    deadLetteringOnMessageExpiration: false
  }
}

// An example of a subscription with a filter: what a person should look at.
resource attention 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = {
  parent: jobEvents
  name: 'attention'
  properties: {
    maxDeliveryCount: 10
    lockDuration: 'PT1M'
    defaultMessageTimeToLive: 'P14D'
    deadLetteringOnMessageExpiration: false
    deadLetteringOnFilterEvaluationExceptions: false
  }
}

// Under any other name it would stand beside the rule `$Default`, which lets everything through.
resource attentionFilter 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2024-01-01' = {
  parent: attention
  name: '$Default'
  properties: {
    filterType: 'SqlFilter'
    sqlFilter: {
      sqlExpression: 'user.type IN (\'longhaul.job.failed\', \'longhaul.job.expired\', \'longhaul.job.action-required\', \'longhaul.job.outputs-at-risk\', \'longhaul.job.rejected\', \'longhaul.model.retirement-announced\', \'longhaul.service.incident\')'
    }
  }
}

// Owner of these two queues alone, not only receiver and sender: scaling reads their length.
resource queueOwner 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in intakeQueues: {
    scope: queues[index]
    name: guid(queues[index].id, appPrincipalId, roleIds.serviceBusDataOwner)
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusDataOwner)
    }
  }
]

resource eventSender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: jobEvents
  name: guid(jobEvents.id, appPrincipalId, roleIds.serviceBusDataSender)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusDataSender)
  }
}

output name string = namespace.name
output fullyQualifiedNamespace string = split(split(namespace.properties.serviceBusEndpoint, '/')[2], ':')[0]
output jobsQueue string = intakeQueues[0]
output blobDropsQueue string = intakeQueues[1]
output jobEventsTopic string = jobEvents.name
