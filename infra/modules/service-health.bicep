param tags object
param environmentName string
param actionGroupIds string[]

// The only name under which Service Health knows Azure OpenAI:
// https://learn.microsoft.com/azure/ai-foundry/openai/concepts/model-retirements
var serviceName = 'Azure OpenAI Service'

// Retirements come as ActionRequired, reminders of them as Informational. No filter by region: an
// advisory may name other regions than the deployment's.
resource advisories 'Microsoft.Insights/activityLogAlerts@2020-10-01' = {
  name: 'longhaul-advisories-${environmentName}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Longhaul: Azure OpenAI announces a retirement or another change'
    enabled: true
    scopes: [
      subscription().id
    ]
    condition: {
      allOf: [
        {
          field: 'category'
          equals: 'ServiceHealth'
        }
        {
          field: 'properties.impactedServices[*].ServiceName'
          containsAny: [
            serviceName
          ]
        }
        {
          anyOf: [
            {
              field: 'properties.incidentType'
              equals: 'ActionRequired'
            }
            {
              field: 'properties.incidentType'
              equals: 'Informational'
            }
          ]
        }
      ]
    }
    actions: {
      actionGroups: [
        for id in actionGroupIds: {
          actionGroupId: id
        }
      ]
    }
  }
}

resource outages 'Microsoft.Insights/activityLogAlerts@2020-10-01' = {
  name: 'longhaul-outages-${environmentName}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Longhaul: Azure OpenAI has an outage, a maintenance or a security issue'
    enabled: true
    scopes: [
      subscription().id
    ]
    condition: {
      allOf: [
        {
          field: 'category'
          equals: 'ServiceHealth'
        }
        {
          field: 'properties.impactedServices[*].ServiceName'
          containsAny: [
            serviceName
          ]
        }
        {
          anyOf: [
            {
              field: 'properties.incidentType'
              equals: 'Incident'
            }
            {
              field: 'properties.incidentType'
              equals: 'Maintenance'
            }
            {
              field: 'properties.incidentType'
              equals: 'Security'
            }
          ]
        }
      ]
    }
    actions: {
      actionGroups: [
        for id in actionGroupIds: {
          actionGroupId: id
        }
      ]
    }
  }
}
