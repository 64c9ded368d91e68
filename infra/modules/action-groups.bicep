import { smsReceiver, webhookReceiver } from 'types.bicep'

param peopleGroupName string
param appGroupName string
param tags object
param email string
param smsReceivers smsReceiver[]
param webhookReceivers webhookReceiver[]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: peopleGroupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'lh-people'
    enabled: true
    emailReceivers: empty(email)
      ? []
      : [
          {
            name: 'email'
            emailAddress: email
            useCommonAlertSchema: true
          }
        ]
    smsReceivers: smsReceivers
    webhookReceivers: [
      for receiver in webhookReceivers: {
        name: receiver.name
        serviceUri: receiver.serviceUri
        useCommonAlertSchema: true
      }
    ]
  }
}

// Its one receiver is the app's function receiveServiceHealth, whose key exists only after the code
// is there. infra/hooks/connect-service-health.ts puts it in, after every provisioning and deployment.
resource app 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: appGroupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'lh-app'
    enabled: true
  }
}

output peopleGroupId string = people.id
output appGroupId string = app.id
output appGroupName string = app.name
