// PostgreSQL for a later version: signed in to by the managed identity alone, so there is no password. No firewall rule: nobody reaches it yet.
param name string
param location string

@description('The managed identity that owns the server: its object id and its name.')
param ownerId string
param ownerName string

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2022-12-01' = {
  name: name
  location: location
  sku: { name: 'Standard_B1ms', tier: 'Burstable' }
  properties: {
    version: '15'
    storage: { storageSizeGB: 32 }
    backup: { backupRetentionDays: 14, geoRedundantBackup: 'Disabled' }
    authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled', tenantId: tenant().tenantId }
  }
}

resource owner 'Microsoft.DBforPostgreSQL/flexibleServers/administrators@2022-12-01' = {
  parent: server
  name: ownerId
  properties: {
    principalName: ownerName
    principalType: 'ServicePrincipal'
    tenantId: tenant().tenantId
  }
}
