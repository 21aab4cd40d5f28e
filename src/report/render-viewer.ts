// The viewer's page for some timelines: the template that the build makes of viewer/, with the data inside. One file, no requests.

import { builtin } from '../builtins.ts'
import { RealtimeKitError } from '../errors.ts'
import { type ViewedTimeline, type ViewOptions, viewDataOf } from './view-model.ts'

/** Where the data goes in the template. */
export const dataPlace = '<!--view-data-->'

let template: string | undefined

/**
 * One self-contained HTML page: lanes, sound, events and their causes, of one timeline or of several on one axis.
 *
 * @throws RealtimeKitError RTK_OPTION in a page that has not loaded the template, or where the kit was compiled without `npm run build`
 * @example
 * writeFileSync('timeline.html', renderViewer([{ title: 'books a table', entries }]))
 */
export function renderViewer(timelines: readonly ViewedTimeline[], options: ViewOptions = {}): string {
  const [before = '', after = ''] = viewerTemplate().split(dataPlace)
  const json = JSON.stringify(viewDataOf(timelines, options)).replaceAll('<', '\\u003c')
  return `${before}<script type="application/json" id="view-data">${json}</script>${after}`
}

/** Must be called before `renderViewer` in a page, which cannot load anything at once. */
export async function loadViewerTemplate(): Promise<void> {
  template ??= (await import('./viewer-template.mjs')).viewerTemplate
}

function viewerTemplate(): string {
  template ??= loadTemplate()
  return template
}

function loadTemplate(): string {
  const here = import.meta.url
  const file = here.endsWith('.ts') ? '../../dist/src/report/viewer-template.mjs' : './viewer-template.mjs'
  const node = builtin('node:module')
  try {
    if (node) return (node.createRequire(here)(file) as { viewerTemplate: string }).viewerTemplate
  } catch (cause) {
    throw new RealtimeKitError('RTK_OPTION', 'The timeline viewer has not been built: run `npm run build`.', { cause })
  }
  throw new RealtimeKitError('RTK_OPTION', 'The timeline viewer is made in Node, and this is a page.')
}
