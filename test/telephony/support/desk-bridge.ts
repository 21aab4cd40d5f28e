// The example bridge, for tests that need an ordinary app behind Twilio.

export { createBridge } from '../../examples/src/twilio-bridge.ts'
