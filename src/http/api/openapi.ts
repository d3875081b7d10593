import type { Definitions } from '../../definitions/definitions.ts'
import type { Form, Json, JsonObject } from '../../form/form.ts'
import { typeOf } from '../../form/evaluate.ts'
import { staffPaths } from './openapi-staff.ts'
import { choicesIn, sampleFor } from '../../form/sample/sample.ts'
import { formSchema } from '../../form/schema.ts'
import { answer, commonSchemas, json, ref, text } from './openapi-parts.ts'
import { memberPaths } from './openapi-members.ts'
import { submissionPaths } from './openapi-submissions.ts'
import { QUERY_MAX } from '../../search/index.ts'

const VERSION = '3.1.1'
const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** OpenAPI 3.1 of the API, out of the definitions: each form's own schema, conditions included. */
export function openApi(definitions: Definitions, baseUrl: string): JsonObject {
  const forms = Object.values(definitions.forms)
  return {
    openapi: VERSION,
    jsonSchemaDialect: DIALECT,
    info: {
      title: 'Madoguchi',
      version: definitions.hash.slice(0, 12),
      description:
        'Unsafe requests are taken from the portal itself (Origin or Sec-Fetch-Site) or, as JSON without a cookie, from programs.',
    },
    servers: [{ url: baseUrl }],
    paths: Object.assign(
      {},
      ...forms.map(pathsOf),
      submissionPaths,
      staffPaths,
      ...Object.keys(definitions.portals).map(searchPath),
      ...Object.values(definitions.portals).map(memberPaths),
    ) as JsonObject,
    components: {
      schemas: {
        ...Object.fromEntries(forms.map((form) => [nameOf(form), formSchema(form)])),
        ...commonSchemas,
      },
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: baseUrl.startsWith('https:') ? '__Host-madoguchi' : 'madoguchi',
        },
      },
    },
  }
}

function searchPath(portal: string): JsonObject {
  const result = {
    type: 'object',
    required: ['kind', 'title', 'excerpt', 'url'],
    properties: {
      kind: { enum: ['page', 'notice', 'question', 'document', 'card'] },
      title: text,
      excerpt: text,
      url: { type: 'string', format: 'uri' },
    },
  }
  const schema = {
    type: 'object',
    required: ['query', 'results'],
    properties: { query: text, results: { type: 'array', items: result } },
  }
  return {
    [`/api/v1/${portal}/search`]: {
      get: {
        tags: [portal],
        operationId: `search_${portal}`,
        summary: 'Search',
        description:
          'Pages, notices, questions, documents and cards; those for members with a session only.',
        parameters: [{ name: 'q', in: 'query', schema: { type: 'string', maxLength: QUERY_MAX } }],
        responses: { '200': answer('What was found, best first', schema) },
      },
    },
  }
}

function pathsOf(form: Form): JsonObject {
  const base = `/api/v1/${form.id}`
  const files = form.workflow !== undefined || form.builtin === 'login'
  const common = {
    tags: [form.portal],
    ...(form.access === 'account' && { security: [{ session: [] }] }),
  }
  const refused = {
    '400': ref('response', 'Error'),
    ...(form.access === 'account' && { '401': ref('response', 'Error') }),
    '403': ref('response', 'Error'),
    '413': ref('response', 'Error'),
    '415': ref('response', 'Error'),
    '503': ref('response', 'Error'),
  }
  const body = {
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['answers'],
          properties: { answers: ref('schema', nameOf(form)) },
        },
        examples: examplesOf(form),
      },
    },
  }
  const issues = { '422': answer('What is wrong with the answers', ref('schema', 'Issues')) }
  return {
    ...(files && {
      [base]: {
        post: {
          ...common,
          operationId: `submit_${nameOf(form)}`,
          summary: form.title.ja,
          ...(form.builtin === undefined && { parameters: [idempotencyKey] }),
          requestBody: body,
          responses: {
            ...(form.builtin === 'login'
              ? { '200': answer('Logged in; the session comes as a cookie', { type: 'object' }) }
              : { '201': answer('Accepted', ref('schema', 'Submission')) }),
            ...issues,
            ...refused,
            '409': ref('response', 'Error'),
            '429': ref('response', 'Error'),
          },
        },
      },
    }),
    [`${base}/check`]: {
      post: {
        ...common,
        operationId: `check_${nameOf(form)}`,
        summary: `${form.title.ja}: judge the answers, file nothing`,
        requestBody: body,
        responses: {
          '200': answer('Nothing is wrong', {
            type: 'object',
            required: ['ok'],
            properties: { ok: { const: true } },
          }),
          ...issues,
          ...refused,
        },
      },
    },
    ...lookupPaths(form, common, refused),
    ...buttonPaths(form, common, body, refused),
  }
}

/** Right answers for each choice; numbers are made up, so that lookups find nothing by them. */
function examplesOf(form: Form): JsonObject {
  return Object.fromEntries(
    choicesIn(form).map((choice) => [
      choice === '' ? 'minimal' : choice,
      { value: { answers: sampleFor(form, choice, 'minimal').answers } },
    ]),
  )
}

function lookupPaths(form: Form, common: JsonObject, refused: JsonObject): JsonObject {
  const fields = Object.values(form.fields).filter((field) => field.type === 'lookup')
  return Object.fromEntries(
    [...new Set(fields.map((field) => field.id))].map((id) => [
      `/api/v1/${form.id}/lookups/${id}`,
      {
        post: {
          ...common,
          operationId: `lookup_${nameOf(form)}_${id}`,
          summary: `${form.title.ja}: ${id}`,
          requestBody: {
            required: true,
            content: json({
              type: 'object',
              required: ['inputs'],
              properties: {
                inputs: {
                  anyOf: fields
                    .filter((field) => field.id === id)
                    .map((field) => inputsOf(field.options)),
                },
              },
            }),
          },
          responses: {
            '200': answer('What the lookup knows', ref('schema', 'LookupResult')),
            ...refused,
            '404': ref('response', 'Error'),
          },
        },
      },
    ]),
  )
}

/** Buttons that ask; their question is made of the answers so far. */
function buttonPaths(
  form: Form,
  common: JsonObject,
  requestBody: JsonObject,
  refused: JsonObject,
): JsonObject {
  const fields = Object.values(form.fields).filter((field) => typeOf(field).asked)
  return Object.fromEntries(
    [...new Set(fields.map(({ id }) => id))].map((id) => [
      `/api/v1/${form.id}/buttons/${id}`,
      {
        post: {
          ...common,
          operationId: `press_${nameOf(form)}_${id}`,
          summary: `${form.title.ja}: ${id}`,
          requestBody,
          responses: {
            '200': answer('What pressing the button gives', ref('schema', 'LookupResult')),
            ...refused,
            '404': ref('response', 'Error'),
          },
        },
      },
    ]),
  )
}

function inputsOf({ by }: JsonObject): JsonObject {
  const inputs = Object.entries((by ?? {}) as JsonObject)
  return {
    type: 'object',
    additionalProperties: false,
    required: inputs.map(([name]) => name),
    properties: Object.fromEntries(
      inputs.map(([name, expression]): [string, JsonObject] => [
        name,
        typeof expression === 'object' && expression !== null && 'is' in expression
          ? { const: (expression as JsonObject).is as Json }
          : { type: 'string', maxLength: 200 },
      ]),
    ),
  }
}

const idempotencyKey: JsonObject = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'A request repeated under its key is answered again and done once.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
}

/** `treatment/new-password` → `treatment_new-password`: a name that components may have. */
function nameOf(form: Form): string {
  return form.id.replace('/', '_')
}
