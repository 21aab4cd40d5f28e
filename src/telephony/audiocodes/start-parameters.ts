// What the activity `start` tells the bot of the call.

import type { DialOptions } from '../../api/phone.ts'

export function startParameters(options: DialOptions, conversationId: string): object {
  const { from = '+15550100', to = '+15550199', audiocodes = {}, parameters = {} } = options
  const participants = audiocodes.participants?.map((participant, index) => ({
    participant,
    uriUser: index === 0 ? from : to,
    uriHost: 'phone.test',
    displayName: participant,
  }))
  return {
    vaigConversationId: conversationId,
    locale: 'en-US',
    caller: from,
    callee: to,
    callerHost: 'phone.test',
    calleeHost: 'phone.test',
    callerDisplayName: from,
    ...(participants && { participants }),
    ...parameters,
  }
}
