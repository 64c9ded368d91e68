import { roleIds } from 'roles.bicep'

param principalId string

@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string

param storageName string
param namespaceName string

// Owners of a subscription have no data roles: without these nobody could drop a blob, send a
// message, open an output or read an event.
var storageRoles = [
  roleIds.storageBlobDataContributor
  roleIds.storageQueueDataMessageSender
]

var serviceBusRoles = [
  roleIds.serviceBusDataSender
  roleIds.serviceBusDataReceiver
]

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName
}

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource storageAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in storageRoles: {
    scope: storage
    name: guid(storage.id, principalId, role)
    properties: {
      principalId: principalId
      principalType: principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource serviceBusAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in serviceBusRoles: {
    scope: namespace
    name: guid(namespace.id, principalId, role)
    properties: {
      principalId: principalId
      principalType: principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]
