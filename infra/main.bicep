targetScope = 'subscription'

import { modelDeployment, smsReceiver, webhookReceiver } from 'modules/types.bicep'

@minLength(1)
@maxLength(64)
@description('Name of the azd environment; everything is named and tagged after it.')
param environmentName string

@minLength(1)
@description('Region of everything but Azure OpenAI. Flex Consumption must be offered there.')
param location string

@allowed(['eastus2', 'swedencentral'])
@description('Region of a new Azure OpenAI account. These two offer every model and kind of work that Longhaul knows.')
param openAiLocation string = 'eastus2'

@description('An Azure OpenAI account that exists already. Empty: a new one is created.')
param existingOpenAiAccountName string = ''

@description('Resource group of the existing Azure OpenAI account, in the same subscription.')
param existingOpenAiResourceGroup string = ''

@description('Deployments that jobs may name. They are created in a new account, and must exist in an existing one.')
param deployments modelDeployment[]

@description('Who deploys, and may then use every door and read every output. Empty: nobody.')
param principalId string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
@description('What principalId is.')
param principalType string = 'User'

@description('Gets every alert. Empty: nobody does.')
param alertEmail string = ''

@description('Get every alert as text messages.')
param smsReceivers smsReceiver[] = []

@description('Get every alert in the common alert schema.')
param webhookReceivers webhookReceiver[] = []

@minValue(0)
@description('Instances that always wait for orchestrations. 0 saves their idle price; the first job after a pause then starts up to a minute later.')
param alwaysReadyInstances int = 1

@minValue(40)
@maxValue(1000)
@description('Most instances that the app may have.')
param maximumInstances int = 100

@allowed([512, 2048, 4096])
@description('Memory of each instance in MB.')
param instanceMemory int = 2048

@allowed(['default', 'enterprise'])
@description('Tier of the subscription, whose documented quotas count for deployments without limits.')
param quotaTier string = 'default'

@minValue(1)
@maxValue(730)
@description('Days before the retirement of a deployment\'s model from which on it is announced.')
param retirementWarningDays int = 90

@allowed(['refuse', 'warn'])
@description('What becomes of a job whose deadline lies after its model\'s retirement.')
param retiredModels string = 'refuse'

@minValue(1)
@maxValue(3650)
@description('Days after which an ended job is forgotten. Its outputs stay.')
param jobRetentionDays int = 30

@minValue(1)
@maxValue(3650)
@description('Days after which the histories of ended orchestrations are purged.')
param historyRetentionDays int = 7

@description('Further settings of the app, by name, for those of README.md that have no parameter here.')
param additionalSettings object = {}

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var createsAccount = empty(existingOpenAiAccountName)
var accountName = createsAccount ? 'oai-${token}' : existingOpenAiAccountName
var accountGroup = createsAccount ? group.name : existingOpenAiResourceGroup

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  name: 'identity'
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  name: 'monitoring'
  params: {
    workspaceName: 'log-${token}'
    componentName: 'appi-${token}'
    location: location
    tags: tags
    appPrincipalId: identity.outputs.principalId
  }
}

module hostStorage 'modules/host-storage.bicep' = {
  scope: group
  name: 'host-storage'
  params: {
    name: 'sthost${token}'
    location: location
    tags: tags
    appPrincipalId: identity.outputs.principalId
  }
}

module dataStorage 'modules/data-storage.bicep' = {
  scope: group
  name: 'data-storage'
  params: {
    name: 'stdata${token}'
    location: location
    tags: tags
    appPrincipalId: identity.outputs.principalId
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  scope: group
  name: 'service-bus'
  params: {
    name: 'sb-${token}'
    location: location
    tags: tags
    appPrincipalId: identity.outputs.principalId
  }
}

module blobDrops 'modules/blob-drops.bicep' = {
  scope: group
  name: 'blob-drops'
  params: {
    topicName: 'evgt-${token}'
    location: location
    tags: tags
    storageName: dataStorage.outputs.name
    inboxContainer: dataStorage.outputs.inboxContainer
    undeliveredContainer: dataStorage.outputs.undeliveredContainer
    namespaceName: serviceBus.outputs.name
    queueName: serviceBus.outputs.blobDropsQueue
  }
}

module openAiAccount 'modules/openai-account.bicep' = if (createsAccount) {
  scope: group
  name: 'openai-account'
  params: {
    name: accountName
    location: openAiLocation
    tags: tags
    deployments: deployments
  }
}

module openAiAccess 'modules/openai-access.bicep' = {
  scope: resourceGroup(accountGroup)
  name: 'openai-access-${token}'
  params: {
    accountName: accountName
    roleName: 'Longhaul upstream ${token}'
    appPrincipalId: identity.outputs.principalId
  }
  dependsOn: [
    openAiAccount
  ]
}

module userAccess 'modules/user-access.bicep' = if (!empty(principalId)) {
  scope: group
  name: 'user-access'
  params: {
    principalId: principalId
    principalType: principalType
    storageName: dataStorage.outputs.name
    namespaceName: serviceBus.outputs.name
  }
}

module functionApp 'modules/function-app.bicep' = {
  scope: group
  name: 'function-app'
  params: {
    planName: 'plan-${token}'
    appName: 'func-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    clientId: identity.outputs.clientId
    hostStorageName: hostStorage.outputs.name
    packageContainerUrl: hostStorage.outputs.packageContainerUrl
    componentName: monitoring.outputs.componentName
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstances: maximumInstances
    instanceMemory: instanceMemory
    settings: {
      DataStorage__blobServiceUri: dataStorage.outputs.blobServiceUri
      DataStorage__queueServiceUri: dataStorage.outputs.queueServiceUri
      DataStorage__tableServiceUri: dataStorage.outputs.tableServiceUri
      ServiceBus__fullyQualifiedNamespace: serviceBus.outputs.fullyQualifiedNamespace
      AZURE_OPENAI_ENDPOINT: openAiAccess.outputs.endpoint
      AZURE_OPENAI_ACCOUNT: openAiAccess.outputs.id
      DEPLOYMENTS: string(toObject(
        deployments,
        item => item.name,
        item => {
          model: item.model
          videoApi: item.?videoApi
          batchEndpoints: item.?batchEndpoints ?? []
          exclusive: item.?exclusive ?? false
          limits: item.?limits ?? {}
        }
      ))
      QUOTA_TIER: quotaTier
      RETIREMENT_WARNING_DAYS: string(retirementWarningDays)
      RETIRED_MODELS: retiredModels
      JOB_RETENTION_DAYS: string(jobRetentionDays)
      HISTORY_RETENTION_DAYS: string(historyRetentionDays)
      JOBS_QUEUE: serviceBus.outputs.jobsQueue
      BLOB_DROPS_QUEUE: serviceBus.outputs.blobDropsQueue
      JOB_EVENTS_TOPIC: serviceBus.outputs.jobEventsTopic
      STORAGE_JOBS_QUEUE: dataStorage.outputs.jobsQueue
      INBOX_CONTAINER: dataStorage.outputs.inboxContainer
      OUTPUTS_CONTAINER: dataStorage.outputs.outputsContainer
      REJECTED_CONTAINER: dataStorage.outputs.rejectedContainer
      STATE_CONTAINER: dataStorage.outputs.stateContainer
      JOBS_TABLE: dataStorage.outputs.jobsTable
    }
    additionalSettings: additionalSettings
  }
}

module actionGroups 'modules/action-groups.bicep' = {
  scope: group
  name: 'action-groups'
  params: {
    peopleGroupName: 'ag-people-${token}'
    appGroupName: 'ag-app-${token}'
    tags: tags
    email: alertEmail
    smsReceivers: smsReceivers
    webhookReceivers: webhookReceivers
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  name: 'alerts'
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    namespaceName: serviceBus.outputs.name
    systemTopicName: blobDrops.outputs.topicName
    actionGroupId: actionGroups.outputs.peopleGroupId
  }
}

module serviceHealth 'modules/service-health.bicep' = {
  scope: group
  name: 'service-health'
  params: {
    tags: tags
    environmentName: environmentName
    actionGroupIds: [
      actionGroups.outputs.peopleGroupId
      actionGroups.outputs.appGroupId
    ]
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_OPENAI_ACCOUNT_NAME string = accountName
output AZURE_OPENAI_ENDPOINT string = openAiAccess.outputs.endpoint
output SERVICE_API_NAME string = functionApp.outputs.name
output SERVICE_API_URI string = functionApp.outputs.uri
output DATA_STORAGE_NAME string = dataStorage.outputs.name
output SERVICE_BUS_NAMESPACE string = serviceBus.outputs.fullyQualifiedNamespace
output SERVICE_HEALTH_ACTION_GROUP string = actionGroups.outputs.appGroupName
