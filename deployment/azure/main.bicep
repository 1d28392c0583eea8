// Sparekey in one resource group: bot registration, container app, key vault, and one managed identity that holds the rights.
// No secret is a parameter, an output or an environment variable. The order of the steps stands in ../runbook.md.
//
// For evaluation until there is a version with PostgreSQL. The store is a SQLite file, and Container Apps offer it nothing but a network share:
// SQLite's locks do not hold there, so two replicas, or an old and a new revision side by side, can destroy the file. Hence one replica,
// fixed below, and an update that stops the old revision first.
targetScope = 'resourceGroup'

@description('Begins the name of everything; lower-case letters and digits.')
@minLength(3)
@maxLength(11)
param name string = 'sparekey'

@description('Where everything stands but the bot registration, which is global.')
param location string = resourceGroup().location

@description('The image as your registry names it, with its tag or digest.')
param image string

@description('The registry\'s login server, when it asks who pulls. The identity needs AcrPull there.')
param registryServer string = ''

@description('Starts the program. Leave it false until the wrapping key is in the vault: the container app does not come up without it.')
param startProgram bool = false

@description('The address that browsers use, such as sparekey.example.org, once it is bound to the container app. Empty: the address that Azure gives.')
param publicHost string = ''

@description('Also makes a PostgreSQL server. This version does not use it: leave it false.')
param postgres bool = false

@description('Days for which logs are kept.')
@minValue(30)
@maxValue(730)
param logDays int = 30

var unique = take(uniqueString(resourceGroup().id), 8)
var containerAppName = '${name}-bot'
var ownHost = '${containerAppName}.${environment.properties.defaultDomain}'
var host = empty(publicHost) ? ownHost : publicHost
var botUser = '10001' // the user of the Dockerfile
var secretsReader = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6') // Key Vault Secrets User

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-identity'
  location: location
}

resource logs 'Microsoft.OperationalInsights/workspaces@2022-10-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: logDays
  }
}

// The wrapping key lives here and nowhere near the databases. Whoever deploys puts it in by hand; the template never sees it.
resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: '${name}-${unique}-kv'
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: 'Enabled' // without a network of its own the container app comes from outside; the role below is what guards it
  }
}

resource identityReadsSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, identity.id, secretsReader)
  properties: {
    roleDefinitionId: secretsReader
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource vaultAudit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'who-read-what'
  properties: {
    workspaceId: logs.id
    logs: [{ category: 'AuditEvent', enabled: true }]
  }
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: '${name}${unique}'
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
    allowSharedKeyAccess: true // the only way in which a container app mounts a share
  }
}

resource files 'Microsoft.Storage/storageAccounts/fileServices@2023-05-01' = {
  parent: storage
  name: 'default'
  properties: {
    shareDeleteRetentionPolicy: { enabled: true, days: 30 }
  }
}

resource dataShare 'Microsoft.Storage/storageAccounts/fileServices/shares@2023-05-01' = {
  parent: files
  name: 'data'
  properties: { shareQuota: 16 }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: '${name}-environment'
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

resource dataMount 'Microsoft.App/managedEnvironments/storages@2024-03-01' = {
  parent: environment
  name: 'data'
  properties: {
    azureFile: {
      accountName: storage.name
      accountKey: storage.listKeys().keys[0].value
      shareName: dataShare.name
      accessMode: 'ReadWrite'
    }
  }
}

resource program 'Microsoft.App/containerApps@2024-03-01' = if (startProgram) {
  name: containerAppName
  location: location
  dependsOn: [identityReadsSecrets]
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    environmentId: environment.id
    configuration: {
      activeRevisionsMode: 'Single'
      maxInactiveRevisions: 5
      ingress: {
        external: true
        allowInsecure: false
        transport: 'auto'
        targetPort: 8080 // the proxy, which passes on what routes.caddy lists; nothing else of the bot is reached
      }
      registries: empty(registryServer) ? [] : [{ server: registryServer, identity: identity.id }]
      secrets: [
        {
          name: 'wrapping-key'
          keyVaultUrl: '${vault.properties.vaultUri}secrets/wrapping-key'
          identity: identity.id
        }
        { name: 'caddyfile', value: loadTextContent('Caddyfile') } // not secret: this is how a file gets into a container app
        { name: 'routes', value: loadTextContent('../routes.caddy') }
      ]
    }
    template: {
      terminationGracePeriodSeconds: 15
      scale: { minReplicas: 1, maxReplicas: 1 } // never more while the store is a file
      initContainers: [
        {
          // Azure mounts secrets so that others in the container may read them, which the program refuses.
          name: 'wrapping-key'
          image: image
          command: ['install', '--mode=0400', '/mnt/vault/wrapping-key', '/run/sparekey/wrapping.key']
          resources: { cpu: json('0.25'), memory: '0.5Gi' }
          volumeMounts: [
            { volumeName: 'vault', mountPath: '/mnt/vault' }
            { volumeName: 'keys', mountPath: '/run/sparekey' }
          ]
        }
      ]
      containers: [
        {
          name: 'proxy'
          image: 'caddy:2'
          resources: { cpu: json('0.25'), memory: '0.5Gi' }
          env: [{ name: 'UPSTREAM', value: '127.0.0.1:3978' }]
          volumeMounts: [{ volumeName: 'proxy', mountPath: '/etc/caddy' }]
          probes: [{ type: 'Liveness', httpGet: { path: '/proxy-health', port: 8080 } }]
        }
        {
          name: 'bot'
          image: image
          resources: { cpu: json('0.5'), memory: '1Gi' }
          env: [
            { name: 'SPAREKEY_PUBLIC_URL', value: 'https://${host}' }
            { name: 'SPAREKEY_WRAPPING_KEY_FILE', value: '/run/sparekey/wrapping.key' }
            { name: 'SPAREKEY_REQUESTS_AT_ONCE', value: '1200' } // by address, and all people come with the proxy's
            { name: 'SPAREKEY_REQUESTS_PER_SECOND', value: '200' }
            { name: 'SPAREKEY_TEAMS_APP_ID', value: identity.properties.clientId }
            { name: 'SPAREKEY_TEAMS_TENANT_ID', value: tenant().tenantId }
            { name: 'SPAREKEY_TEAMS_MANAGED_IDENTITY', value: 'true' }
          ]
          volumeMounts: [
            { volumeName: 'data', mountPath: '/data' }
            { volumeName: 'keys', mountPath: '/run/sparekey' }
          ]
          probes: [
            { type: 'Startup', httpGet: { path: '/health', port: 3978 }, periodSeconds: 5, failureThreshold: 12 }
            { type: 'Liveness', httpGet: { path: '/health', port: 3978 }, periodSeconds: 30 }
            { type: 'Readiness', httpGet: { path: '/ready', port: 3978 }, periodSeconds: 10 }
          ]
        }
      ]
      volumes: [
        { name: 'vault', storageType: 'Secret', secrets: [{ secretRef: 'wrapping-key', path: 'wrapping-key' }] }
        { name: 'keys', storageType: 'EmptyDir' }
        {
          name: 'proxy'
          storageType: 'Secret'
          secrets: [{ secretRef: 'caddyfile', path: 'Caddyfile' }, { secretRef: 'routes', path: 'routes.caddy' }]
        }
        {
          name: 'data'
          storageType: 'AzureFile'
          storageName: dataMount.name
          // nobrl: without it SQLite finds its own file locked; with it nothing keeps two processes apart but the one replica.
          mountOptions: 'uid=${botUser},gid=${botUser},dir_mode=0700,file_mode=0600,nobrl'
        }
      ]
    }
  }
}

// The bot speaks as the managed identity, in this tenant alone: there is no password to keep, to leak or to renew.
resource bot 'Microsoft.BotService/botServices@2022-09-15' = {
  name: '${name}-${unique}-bot'
  location: 'global'
  kind: 'azurebot'
  sku: { name: 'F0' } // Teams costs nothing in it
  properties: {
    displayName: 'Sparekey'
    endpoint: 'https://${host}/api/messages'
    msaAppType: 'UserAssignedMSI'
    msaAppId: identity.properties.clientId
    msaAppTenantId: tenant().tenantId
    msaAppMSIResourceId: identity.id
    disableLocalAuth: true
  }
}

resource teams 'Microsoft.BotService/botServices/channels@2022-09-15' = {
  parent: bot
  name: 'MsTeamsChannel'
  location: 'global'
  properties: {
    channelName: 'MsTeamsChannel'
    properties: { isEnabled: true }
  }
}

// A file of its own, because the name of its owner is known only after the identity was made.
module database 'database.bicep' = if (postgres) {
  name: '${name}-database'
  params: {
    name: '${name}-${unique}-db'
    location: location
    ownerId: identity.properties.principalId
    ownerName: identity.name
  }
}

@description('Where people and Teams reach the bot.')
output address string = 'https://${host}'

@description('The id of the bot, for the Teams app package.')
output botId string = identity.properties.clientId

@description('Where the wrapping key belongs, under the name wrapping-key.')
output vaultName string = vault.name
