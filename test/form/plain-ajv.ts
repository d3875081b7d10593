import { Ajv2020 } from 'ajv/dist/2020.js'

/**
 * Somebody else's validator: Ajv as it comes, which compiles strings to code and therefore runs as a program of its own.
 * Standard input: [{ schema, documents }]; standard output: for each, whether each document is valid.
 */
const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
const questions = JSON.parse(Buffer.concat(chunks).toString()) as {
  schema: object
  documents: unknown[]
}[]
const answers = questions.map(({ schema, documents }) => {
  const isValid = new Ajv2020({ strict: false, allErrors: true }).compile(schema)
  return documents.map((document) => isValid(document))
})
process.stdout.write(JSON.stringify(answers))
