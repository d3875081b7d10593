import type { JsonObject } from '../../form/form.ts'

/** What all parts of the description of the API are written with. */

export const text: JsonObject = { type: 'string' }

export const commonSchemas: JsonObject = {
  Submission: {
    type: 'object',
    required: ['id', 'number', 'state', 'label', 'url'],
    properties: {
      id: text,
      number: text,
      state: text,
      label: text,
      url: { type: 'string', format: 'uri' },
    },
  },
  Correction: {
    allOf: [{ $ref: '#/components/schemas/Submission' }],
    required: ['action', 'marked', 'said', 'answers'],
    properties: {
      action: text,
      marked: { type: 'array', items: text, description: 'Ids of what may be typed anew' },
      said: {
        type: 'array',
        items: { type: 'object', properties: { label: text, value: text } },
      },
      deadline: { type: 'string', format: 'date-time' },
      seen: { type: 'integer' },
      answers: { type: 'object' },
    },
  },
  Issues: {
    type: 'object',
    required: ['issues'],
    properties: {
      issues: {
        type: 'array',
        items: {
          type: 'object',
          required: ['field', 'code', 'message'],
          properties: {
            field: { type: 'string', description: 'Id of the field; empty for the whole form' },
            code: text,
            message: text,
            links: {
              type: 'array',
              items: { type: 'object', properties: { label: text, href: text } },
            },
          },
        },
      },
    },
  },
  Error: {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message', 'remedy', 'id'],
        properties: { code: text, message: text, remedy: text, id: text },
      },
    },
  },
  LookupResult: {
    oneOf: [
      {
        type: 'object',
        required: ['status', 'value'],
        properties: { status: { const: 'found' }, value: { type: 'object' } },
      },
      { type: 'object', required: ['status'], properties: { status: { const: 'missing' } } },
      {
        type: 'object',
        required: ['status', 'index'],
        properties: { status: { const: 'elsewhere' }, index: { type: 'integer' } },
      },
      {
        type: 'object',
        required: ['status', 'retryAfterMs'],
        properties: { status: { const: 'unavailable' }, retryAfterMs: { type: 'integer' } },
      },
      {
        type: 'object',
        required: ['status', 'forMs'],
        properties: { status: { const: 'blocked' }, forMs: { type: 'integer' } },
      },
    ],
  },
}

export function answer(description: string, schema: JsonObject): JsonObject {
  return { description, content: json(schema) }
}

export function json(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } }
}

export function ref(kind: 'schema' | 'response', name: string): JsonObject {
  return kind === 'schema'
    ? { $ref: `#/components/schemas/${name}` }
    : answer('Refused; the words say why', { $ref: `#/components/schemas/${name}` })
}
