// The engines that need Node, behind one door; loaded by load-engines.ts when the first is named.

export { pocketsphinxEngine } from '../../audio/engines/pocketsphinx.ts'
export { sileroEngine } from '../../audio/engines/silero.ts'
export { whisperEngine } from '../../audio/engines/whisper.ts'
