import { test, afterAll } from 'vitest'
import { installAppTime } from '../../../src/runtime/clock/app-time.ts'
import { SmallService } from './support/small-service.ts'
import { startVoiceApp } from './support/voice-app.ts'
import { withClock, timed } from './support/with-clock.ts'
const un = installAppTime(); afterAll(un)
const bargeIn = (afterMs: number) => withClock(async ({ clock }) => {
    const service = await SmallService.start(clock, () => ({ audioMs: 8000 }))
    const app = await startVoiceApp(service.url)
    await service.until('session.updated')
    app.speak(10_000)
    await service.until('response.output_audio.delta')
    app.speak(2000, afterMs)
    await service.until('conversation.item.truncate')
    await service.until('response.done')
    app.stop(); service.close()
})
test('x', async () => { const w: number[] = []; for (let i = 0; i < 20; i++) w.push(Math.round((await timed(() => bargeIn(1500))).realMs)); console.log(w.join(' '), JSON.stringify((globalThis as any).__stats)) })
