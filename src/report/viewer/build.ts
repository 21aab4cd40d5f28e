// Bundles the page of the viewer into one module: `viewerTemplate`, HTML with a place for the data. Run by `npm run build`.

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Rolldown } from 'vite'

const here = import.meta.dirname
const root = join(here, '../../..')

/** What a page may load: nothing. Only its own script and style run, known by their hashes. */
function policyOf(script: string, style: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  return `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`
}

async function bundle(): Promise<string> {
  const result = (await build({
    configFile: false,
    root: here,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: join(here, 'main.tsx'), formats: ['iife'], name: 'viewer' },
    },
  })) as Rolldown.RolldownOutput[]
  const code = result.flatMap(({ output }) => output).find((output) => output.type === 'chunk')?.code
  if (!code) throw new Error('the viewer was not bundled')
  // The parser of HTML ends a script wherever it finds this.
  return code.replaceAll('</script', '<\\/script')
}

const script = await bundle()
const style = readFileSync(join(here, 'viewer.css'), 'utf8')
const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Timeline</title>
<style>${style}</style>
</head>
<body>
<div id="viewer"></div>
<noscript>This timeline needs JavaScript, which runs from this file alone.</noscript>
<!--view-data-->
<script>${script}</script>
</body>
</html>
`
const folder = join(root, 'dist/src/report')
mkdirSync(folder, { recursive: true })
writeFileSync(
  join(folder, 'viewer-template.mjs'),
  `// Made from src/report/viewer by its build.ts.\nexport const viewerTemplate = ${JSON.stringify(html)}\n`,
)
