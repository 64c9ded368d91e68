import { describe, expect, it } from 'vitest';
import { parseBicep } from '../../scripts/check-infra/bicep/parse.ts';
import { compiledProblems } from '../../scripts/check-infra/compiler/compiled.ts';
import { resourcesOf, type Template } from '../../scripts/check-infra/compiler/template.ts';

const SOURCE = `
param name string

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: name
  kind: 'OpenAI'
  properties: {
    disableLocalAuth: true
  }
}

@batchSize(1)
resource models 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = [
  for item in ['a', 'b']: {
    parent: account
    name: item
    properties: {
      model: {
        format: 'OpenAI'
        name: item
      }
    }
  }
]

output id string = account.id
`;

/** As the compiler writes the module above, inside a deployment of it. */
function template(): Template {
  return {
    parameters: { name: { type: 'string' } },
    outputs: { id: { type: 'string', value: "[resourceId('…')]" } },
    resources: {
      module: {
        type: 'Microsoft.Resources/deployments',
        apiVersion: '2022-09-01',
        properties: {
          template: {
            resources: {
              account: {
                type: 'Microsoft.CognitiveServices/accounts',
                apiVersion: '2025-06-01',
                name: "[parameters('name')]",
                kind: 'OpenAI',
                properties: { disableLocalAuth: true },
              },
              models: {
                copy: { mode: 'serial', batchSize: 1 },
                type: 'Microsoft.CognitiveServices/accounts/deployments',
                apiVersion: '2025-06-01',
                name: "[format('{0}/{1}', parameters('name'), 'a')]",
                properties: {
                  model: { format: 'OpenAI', name: "[createArray('a')[copyIndex()]]" },
                },
                dependsOn: ['account'],
              },
              there: {
                existing: true,
                type: 'Microsoft.Storage/storageAccounts',
                apiVersion: '2025-01-01',
              },
            },
          },
        },
      },
    },
  };
}

function problems(
  change: (account: Record<string, unknown>, models: Record<string, unknown>) => void,
) {
  const changed = template();
  const [account = {}, models = {}] = resourcesOf(changed);
  change(account, models);
  return compiledProblems(changed, [parseBicep(SOURCE, 'main.bicep')], 'main.bicep');
}

describe('the compiled template', () => {
  it('says the same as the files that were checked', () => {
    expect(problems(() => undefined)).toEqual([]);
    expect(resourcesOf(template())).toHaveLength(2);
  });

  it.each<[string, Parameters<typeof problems>[0]]>([
    ['another value', (account) => (account['properties'] = { disableLocalAuth: false })],
    ['a value less', (account) => delete account['kind']],
    ['a value more', (account) => (account['sku'] = { name: 'S0' })],
    ['another API version', (account) => (account['apiVersion'] = '2024-10-01')],
    ['deployments all at once', (_, models) => (models['copy'] = {})],
    ['a key', (account) => (account['tags'] = { key: "[listKeys('…')]" })],
  ])('does not pass with %s', (_, change) => {
    expect(problems(change)).not.toEqual([]);
  });
});
