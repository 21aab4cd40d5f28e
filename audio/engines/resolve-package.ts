// Where optional packages are: in the user's project first, then beside the kit. Nothing is loaded here.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Absolute path of a file in an installed package, or undefined. `file` is a subpath such as `dist/model.onnx`. */
export function resolvePackageFile(packageName: string, file: string): string | undefined {
  return resolveSpecifier(`${packageName}/${file}`)
}

/** Absolute path of a package's entry, or undefined. */
export function resolvePackage(packageName: string): string | undefined {
  return resolveSpecifier(packageName)
}

function resolveSpecifier(specifier: string): string | undefined {
  const places = [pathToFileURL(join(process.cwd(), 'package.json')), import.meta.url]
  for (const place of places) {
    try {
      return createRequire(place).resolve(specifier)
    } catch {
      // Not there: the next place.
    }
  }
  return undefined
}
