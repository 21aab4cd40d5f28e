// The app's Date: by the clock of the test that the running code belongs to, else the machine's.

import { appClock } from './app-clock.ts'

function appNow(): number | undefined {
  const clock = appClock()
  return clock && Math.floor(clock.epochMs + clock.appNow())
}

/** A Date for apps over the machine's own: same prototype, so `instanceof`, `structuredClone` and dates of Node keep working. */
export function createAppDate(RealDate: DateConstructor): DateConstructor {
  const realNow = RealDate.now
  function AppDate(...args: unknown[]): Date | string {
    if (!new.target) return new RealDate(appNow() ?? realNow()).toString()
    if (args.length > 0) return Reflect.construct(RealDate, args, new.target)
    const now = appNow() ?? realNow()
    return new.target === AppDate ? new RealDate(now) : Reflect.construct(RealDate, [now], new.target)
  }
  const descriptors: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(RealDate)
  descriptors.now = {
    ...descriptors.now,
    value: function now(): number {
      return appNow() ?? realNow()
    },
  }
  return Object.defineProperties(AppDate, descriptors) as unknown as DateConstructor
}
