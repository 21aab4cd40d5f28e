// AudioCodes VoiceAI Connect as a platform: which socket it dials, with what headers. The call itself: peer.ts.

import type { DialOptions } from '../../api/phone.ts'
import { RealtimeKitError } from '../../errors.ts'
import type { Platform, PlatformDial, PlatformLine } from '../platform.ts'
import { socketUrl } from '../socket-url.ts'
import { AudioCodesPeer } from './peer.ts'
import { Settings } from './settings.ts'

export const audiocodes: Platform = {
  name: 'audiocodes',
  place(line) {
    const { options } = line
    if (options.voice !== undefined)
      throw refused('voice: VoiceAI Connect has no webhook, it dials the socket of the bot. Pass its path as stream.')
    const url = socketUrl(line, options.stream)
    if (!url) throw refused('stream is missing: the path or URL of the bot, as { stream: "/ws/telephony" }.')
    const peer = new AudioCodesPeer(line, new Settings(options.audiocodes), (id) => dialOf(line, url, id))
    return { peer, dial: peer.dial }
  },
}

function dialOf({ options }: PlatformLine, url: string, conversationId: string): PlatformDial {
  const named = options.audiocodes?.acHeaders && {
    'AC-Conversation-Id': conversationId,
    'AC-Caller-Number': options.from ?? '+15550100',
  }
  return { url, headers: { ...bearer(options), ...named } }
}

function bearer({ authToken, signature }: DialOptions): Record<string, string> {
  if (authToken === undefined || signature === 'missing') return {}
  return { Authorization: `Bearer ${signature === 'wrong' ? `not-${authToken}` : authToken}` }
}

function refused(what: string): RealtimeKitError {
  return new RealtimeKitError('RTK_CALL', `phone.dial(…, { platform: 'audiocodes' }): ${what}`)
}
