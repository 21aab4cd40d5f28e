// The event unions of the openai package's types, read from its declarations: the names that there are, whatever this project knows.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type ESTree, parseSync } from 'vite'

export interface EventUnions {
  readonly client: readonly string[]
  readonly server: readonly string[]
  readonly translationClient: readonly string[]
  readonly translationServer: readonly string[]
}

const path = createRequire(import.meta.url)
  .resolve('openai/resources/realtime/realtime')
  .replace(/\.m?js$/, '.d.ts')

/** Names of all events, in the order of the unions. Throws where a member of a union cannot be read. */
export function readEventUnions(): EventUnions {
  const { program, errors } = parseSync(path, readFileSync(path, 'utf8'))
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)
  const declarations = collect(program.body, '')
  const namesOf = (union: string): string[] => membersOf(declarations, union).map((member) => eventTypeOf(declarations, member))
  return {
    client: namesOf('RealtimeClientEvent'),
    server: namesOf('RealtimeServerEvent'),
    translationClient: namesOf('RealtimeTranslationClientEvent'),
    translationServer: namesOf('RealtimeTranslationServerEvent'),
  }
}

type Declarations = ReadonlyMap<string, ESTree.TSInterfaceDeclaration | ESTree.TSTypeAliasDeclaration>

/** Interfaces and type aliases by their name, those of namespaces as `Namespace.Name`. */
function collect(
  body: readonly ESTree.Node[],
  prefix: string,
): Map<string, ESTree.TSInterfaceDeclaration | ESTree.TSTypeAliasDeclaration> {
  const found = new Map<string, ESTree.TSInterfaceDeclaration | ESTree.TSTypeAliasDeclaration>()
  for (const statement of body) {
    const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (node?.type === 'TSInterfaceDeclaration' || node?.type === 'TSTypeAliasDeclaration') found.set(prefix + node.id.name, node)
    if (node?.type === 'TSModuleDeclaration' && node.body?.type === 'TSModuleBlock' && node.id.type === 'Identifier') {
      for (const [name, inner] of collect(node.body.body, `${prefix}${node.id.name}.`)) {
        if (!found.has(name)) found.set(name, inner)
      }
    }
  }
  return found
}

function membersOf(declarations: Declarations, union: string): string[] {
  const declaration = declarations.get(union)
  if (declaration?.type !== 'TSTypeAliasDeclaration' || declaration.typeAnnotation.type !== 'TSUnionType') {
    throw new Error(`${path} has no union ${union}`)
  }
  return declaration.typeAnnotation.types.map((member) => {
    if (member.type !== 'TSTypeReference') throw new Error(`a member of ${union} is no name`)
    return nameOf(member.typeName)
  })
}

function nameOf(name: ESTree.Node): string {
  if (name.type === 'Identifier') return name.name
  if (name.type === 'TSQualifiedName') return `${nameOf(name.left)}.${name.right.name}`
  throw new Error(`a name that is a ${name.type}`)
}

/** The literal of the member's `type`. */
function eventTypeOf(declarations: Declarations, member: string): string {
  const declaration = declarations.get(member)
  const fields = declaration?.type === 'TSInterfaceDeclaration' ? declaration.body.body : []
  for (const field of fields) {
    if (field.type !== 'TSPropertySignature' || field.key.type !== 'Identifier' || field.key.name !== 'type') continue
    const annotation = field.typeAnnotation?.typeAnnotation
    if (annotation?.type === 'TSLiteralType' && annotation.literal.type === 'Literal') return String(annotation.literal.value)
  }
  throw new Error(`${member} has no literal type`)
}
