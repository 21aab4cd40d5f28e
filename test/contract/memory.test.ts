import { memoryClient } from './test-clients.ts'
import { describeTransport } from './transport-contract.ts'

describeTransport({
  name: 'memory',
  transport: 'memory',
  keepsContext: true,
  start: (doorman) => ({ origin: 'wss://api.openai.com', connect: memoryClient(doorman), stop: () => {} }),
})
