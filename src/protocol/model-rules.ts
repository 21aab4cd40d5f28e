// Which models serve which kind of session. Sockets and REST refuse with the same words. Azure's deployments have any name: the
// callers do not ask there.

import { type ConnectFault, invalidModel, transcriptionModel } from './connect-faults.ts'

/** Why no conversation can be held with this model; undefined for one that can. */
export function conversationModelFault(model: string): ConnectFault | undefined {
  if (/transcribe|whisper/.test(model)) return transcriptionModel(model)
  return /realtime/.test(model) && !isTranslationModel(model) ? undefined : invalidModel(model)
}

/** Why this model does not translate. The words for a wrong model are those of the other kinds. */
export function translationModelFault(model: string): ConnectFault | undefined {
  return isTranslationModel(model) ? undefined : invalidModel(model, 'translation')
}

/** They serve nothing but translation sessions, and nothing else serves those. */
function isTranslationModel(model: string): boolean {
  return model.startsWith('gpt-realtime-translate')
}
