// An old library: it takes what it needs when it loads, before any clock is installed.
const { setTimeout: takenTimeout } = require('node:timers')

exports.sleep = (ms) => new Promise((resolve) => takenTimeout(resolve, ms))
