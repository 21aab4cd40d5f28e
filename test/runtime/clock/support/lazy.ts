// A module that takes some turns of the event loop to load.

await new Promise((resolve) => setImmediate(resolve))

export const loaded = true
