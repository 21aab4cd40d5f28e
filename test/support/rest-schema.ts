// Bodies of the REST API against their definitions in the API's own schema.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'

const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'realtime.schema.json'), 'utf8'))
const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(schema, 'realtime')

/** Throws unless the body is what this definition of the schema says. Nulls, which the service sends, the definitions lack. */
export function assertByDefinition(name: string, body: unknown): void {
  const validate = ajv.getSchema(`realtime#/$defs/${name}`)
  if (!validate) throw new Error(`the JSON Schema has no definition '${name}'`)
  if (!validate(withoutNulls(body))) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`)
}

function withoutNulls(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, inner) => (inner === null ? undefined : inner)))
}
