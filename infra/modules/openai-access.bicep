param accountName string
param roleName string
param appPrincipalId string

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
  name: accountName
}

// Everything of the data plane and, of the control plane, only what tells when a model retires.
// The built-in roles fit badly: OpenAI User may not write files and batches, OpenAI Contributor may
// delete deployments. Not every data action of responses, videos and fine-tuning is documented by
// name, and a role that names one unknown action is refused as a whole; hence the wildcard.
resource upstreamRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, roleName)
  properties: {
    roleName: roleName
    description: 'Runs jobs on Azure OpenAI and reads when models retire.'
    type: 'CustomRole'
    permissions: [
      {
        actions: [
          'Microsoft.CognitiveServices/accounts/read'
          'Microsoft.CognitiveServices/accounts/deployments/read'
          'Microsoft.CognitiveServices/accounts/models/read'
        ]
        notActions: []
        dataActions: [
          'Microsoft.CognitiveServices/accounts/OpenAI/*'
        ]
        notDataActions: []
      }
    ]
    assignableScopes: [
      resourceGroup().id
    ]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, appPrincipalId, roleName)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', upstreamRole.name)
  }
}

output endpoint string = account.properties.endpoint
output id string = account.id
