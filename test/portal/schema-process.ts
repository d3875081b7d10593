import { Ajv2020 } from 'ajv/dist/2020.js'
import { text } from 'node:stream/consumers'

/**
 * A client of its own: takes an OpenAPI document and documents to judge on standard input, prints for each whether it
 * meets the published schema. A process apart, since Ajv makes code out of schemas, which the tests' process may not.
 */
export type Question = {
  readonly document: object
  readonly cases: readonly { readonly schema: string; readonly value: unknown }[]
}

if (import.meta.main) {
  const { document, cases } = JSON.parse(await text(process.stdin)) as Question
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'openapi.json')
  const verdicts = cases.map(({ schema, value }) =>
    ajv.validate({ $ref: `openapi.json#/components/schemas/${schema}` }, value),
  )
  process.stdout.write(JSON.stringify(verdicts))
}
