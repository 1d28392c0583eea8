using './main.bicep'

param name = 'sparekey'
param image = 'registry.example.org/sparekey:0.1.0'
param registryServer = ''
param startProgram = false
param publicHost = ''
param postgres = false
param logDays = 30
