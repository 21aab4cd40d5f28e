// Whether PocketSphinx and its models are on this machine, as Debian has them.

import { existsSync } from 'node:fs'
import { debianModels } from '../../../audio/engines/pocketsphinx.ts'

export const hasPocketSphinx = existsSync(debianModels)
