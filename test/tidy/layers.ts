// Which folder may import which, and the complaint when one does otherwise. The table is the architecture of the README.

import { posix } from 'node:path'
import type { ParsedFile } from './project-files.ts'

interface Layer {
  /** Folders and files of the project that it may import, besides itself and `leaves`. */
  readonly project: readonly string[]
  /** Packages and `node:` modules; `*` allows any. */
  readonly packages: readonly string[]
}

/** Shapes and names only: anyone may import them. */
const leaves = ['src/errors.ts', 'src/api.ts', 'src/api', 'src/transports/transport.ts', 'audio/types.ts']

/** Longest matching folder or file wins. */
export const layers: Readonly<Record<string, Layer>> = {
  'src/errors.ts': { project: [], packages: [] },
  'src/builtins.ts': { project: [], packages: ['node:*'] },
  'src/api.ts': { project: ['src/protocol', 'src/session', 'audio'], packages: [] },
  'src/api': { project: ['src/protocol', 'src/session', 'audio'], packages: ['node:http'] },
  'src/protocol': { project: [], packages: ['zod'] },
  audio: { project: ['src/builtins.ts'], packages: ['wavefile', '@echogarden/speex-resampler-wasm'] },
  'audio/index.ts': { project: [], packages: ['*'] },
  'audio/file-cache.ts': { project: [], packages: ['*'] },
  'audio/engines': { project: ['audio'], packages: ['*'] },
  'src/session': { project: ['src/protocol', 'audio'], packages: [] },
  'src/responses': { project: ['src/protocol', 'src/session', 'audio'], packages: [] },
  'src/runtime': { project: ['src/builtins.ts', 'src/protocol', 'src/session', 'src/responses', 'audio'], packages: ['node:*'] },
  'src/models': { project: ['src/protocol'], packages: ['openai'] },
  'src/transports': { project: ['src/runtime', 'src/protocol'], packages: ['*'] },
  'src/recording': {
    project: ['src/builtins.ts', 'src/runtime', 'src/protocol', 'src/session', 'src/responses', 'audio'],
    packages: ['*'],
  },
  'src/telephony': { project: ['src/runtime', 'src/protocol', 'src/transports', 'audio'], packages: ['*'] },
  'src/telephony/index.ts': { project: ['src/bridges'], packages: [] },
  'src/bridges': { project: ['src/telephony', 'src/protocol', 'audio'], packages: ['*'] },
  'src/report': { project: ['src/runtime/timeline.ts', 'src/runtime/fault-text.ts', 'src/protocol', 'audio'], packages: [] },
  'src/report/reporter.ts': { project: ['src/report'], packages: ['vitest', 'node:*'] },
  'src/report/reporter-options.ts': { project: ['src/report', 'src/responses/option-check.ts'], packages: [] },
  'src/report/render-viewer.ts': { project: ['src/report', 'src/builtins.ts'], packages: [] },
  'src/report/viewer': {
    project: ['src/report/view-data.ts', 'audio'],
    packages: ['preact', '@preact/signals', 'd3-scale', 'd3-selection', 'd3-zoom'],
  },
  'src/report/viewer/build.ts': { project: [], packages: ['vite', 'node:*'] },
  'src/rest': { project: ['src/protocol', 'src/session', 'src/runtime'], packages: ['hono', 'sdp-transform'] },
  'src/doors': { project: ['src', 'audio'], packages: ['node:*', '@hono/node-server'] },
  'src/legacy': { project: ['src', 'audio'], packages: ['node:*'] },
  'src/msw': { project: ['src'], packages: ['*'] },
  'src/environment': { project: ['src', 'audio'], packages: ['node:*', 'zod'] },
  'src/register': { project: ['src', 'audio', 'fixtures/api-key.ts'], packages: ['node:*'] },
  'src/cli': { project: ['src', 'audio'], packages: ['*'] },
  src: { project: ['src', 'audio', 'matchers', 'fixtures'], packages: ['*'] },
  matchers: {
    project: [
      'src/protocol',
      'src/report',
      'src/runtime/timeline.ts',
      'src/runtime/subject.ts',
      'src/runtime/context.ts',
      'src/runtime/diagnosis-fields.ts',
      'src/runtime/engine-restart.ts',
      'src/runtime/patience.ts',
      'src/recording/load-recordings.ts',
      'audio',
    ],
    packages: ['vitest', 'node:*'],
  },
  fixtures: { project: ['src', 'audio', 'matchers'], packages: ['vitest', 'node:*'] },
}

/** Nobody imports these but their own files. */
const closed = ['src/cli', 'test']

/** One line per import that its layer does not allow. */
export function layerComplaints(file: Pick<ParsedFile, 'path' | 'imports'>): string[] {
  const name = layerOf(file.path)
  const layer = name === undefined ? undefined : layers[name]
  if (!layer) return [`${file.path} is in no layer: add its folder to the table in test/tidy/layers.ts`]
  return file.imports.flatMap(({ specifier, line }) => {
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : undefined
    const allowed = target ? mayImportFile(file.path, name ?? '', layer, target) : mayImportPackage(layer, specifier)
    if (allowed) return []
    const may = [...layer.project, ...layer.packages, ...leaves].join(', ')
    return [`${file.path}:${line} imports ${target ?? specifier}: ${name} may import only ${may}`]
  })
}

function layerOf(path: string): string | undefined {
  return Object.keys(layers)
    .filter((layer) => isBelow(path, layer))
    .toSorted((a, b) => b.length - a.length)[0]
}

function mayImportFile(from: string, name: string, layer: Layer, target: string): boolean {
  if (closed.some((folder) => isBelow(target, folder) && !isBelow(from, folder))) return false
  if (leaves.some((leaf) => isBelow(target, leaf))) return true
  if (isBelow(target, name) || layer.project.some((folder) => isBelow(target, folder))) return true
  // A layer that is one file of a folder (`audio/index.ts`) belongs to that folder.
  return name.endsWith('.ts') && isBelow(target, posix.dirname(name)) && posix.dirname(name) !== 'src'
}

function mayImportPackage(layer: Layer, specifier: string): boolean {
  return layer.packages.some((allowed) => {
    if (allowed === '*') return true
    if (allowed.endsWith('*')) return specifier.startsWith(allowed.slice(0, -1))
    return specifier === allowed || specifier.startsWith(`${allowed}/`)
  })
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
