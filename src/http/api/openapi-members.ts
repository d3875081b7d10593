import type { Portal } from '../../definitions/definitions.ts'
import type { JsonObject } from '../../form/form.ts'
import { answer, json, ref, text } from './openapi-parts.ts'

const when: JsonObject = { type: 'string', format: 'date-time' }
const address: JsonObject = { type: 'string', format: 'uri' }
const filed: JsonObject = {
  type: 'object',
  required: ['id', 'number'],
  properties: { id: text, number: text },
}
const missing: JsonObject = { '401': ref('response', 'Error'), '404': ref('response', 'Error') }

const own: JsonObject = {
  allOf: [ref('schema', 'Submission')],
  required: ['createdAt'],
  properties: { createdAt: when },
}
const issued = {
  accounts: {
    type: 'object',
    required: ['ids', 'terminal', 'submission', 'issuedAt', 'state'],
    properties: {
      ids: { type: 'object', additionalProperties: text },
      terminal: { type: 'integer' },
      submission: filed,
      issuedAt: when,
      state: { enum: ['inPreparation', 'readable', 'passwordHandedOver', 'inUse'] },
      readableUntil: when,
      document: {
        type: 'object',
        required: ['id', 'url', 'pdf'],
        properties: { id: text, url: address, pdf: address },
      },
    },
  },
  documents: {
    type: 'object',
    required: ['id', 'title', 'submission', 'issuedAt', 'url', 'pdf'],
    properties: {
      id: text,
      title: text,
      submission: filed,
      issuedAt: when,
      url: address,
      pdf: address,
    },
  },
  submissions: own,
} satisfies { readonly [kind in Portal['lists'][number]['shows']['kind']]: JsonObject }

const sheet: JsonObject = {
  type: 'object',
  required: ['id', 'title', 'issuedAt', 'url', 'pdf', 'blocks'],
  properties: {
    id: text,
    title: text,
    issuedAt: when,
    url: address,
    pdf: address,
    readableUntil: { ...when, description: 'Until when the password on it is shown' },
    blocks: { type: 'array', items: { type: 'object', required: ['kind'] } },
  },
}
const noticeItem: JsonObject = {
  type: 'object',
  required: ['title', 'url', 'date', 'tag', 'isPinned', 'views'],
  properties: {
    title: text,
    url: address,
    date: { type: 'string', format: 'date' },
    tag: text,
    isPinned: { type: 'boolean' },
    topic: text,
    views: { type: 'integer' },
  },
}

const itemsOf = (items: JsonObject): JsonObject => ({
  type: 'object',
  required: ['items'],
  properties: { title: text, items: { type: 'array', items } },
})

/** What a portal tells its visitors and its members. */
export function memberPaths({ id: portal, lists }: Portal): JsonObject {
  const common = { tags: [portal] }
  const documentId = { name: 'id', in: 'path', required: true, schema: text }
  return {
    [`/api/v1/${portal}/notices`]: {
      get: {
        ...common,
        operationId: `notices_${portal}`,
        summary: 'Notices that may be read today, pinned ones first',
        responses: { '200': answer('The notices', itemsOf(noticeItem)) },
      },
    },
    [`/api/v1/${portal}/submissions`]: {
      get: {
        ...common,
        operationId: `submissions_${portal}`,
        summary: 'What the member has filed, newest first',
        responses: {
          '200': answer('The submissions', itemsOf(own)),
          '401': missing['401'] ?? null,
        },
      },
    },
    ...Object.fromEntries(
      lists.map(({ id, title, shows }) => [
        `/api/v1/${portal}/lists/${id}`,
        {
          get: {
            ...common,
            operationId: `list_${portal}_${id}`,
            summary: title.en ?? title.ja,
            responses: { '200': answer('What there is', itemsOf(issued[shows.kind])), ...missing },
          },
        },
      ]),
    ),
    [`/api/v1/${portal}/documents/{id}`]: {
      get: {
        ...common,
        operationId: `document_${portal}`,
        summary: 'An issued document, as it reads now',
        parameters: [documentId],
        responses: { '200': answer('The document', sheet), ...missing },
      },
    },
    [`/api/v1/${portal}/documents/{id}/received`]: {
      post: {
        ...common,
        operationId: `received_${portal}`,
        summary: 'Say that one has the password on it: from then on it is gone',
        parameters: [documentId],
        requestBody: { required: true, content: json({ type: 'object' }) },
        responses: {
          '200': answer('It is gone', {
            type: 'object',
            required: ['status'],
            properties: { status: { const: 'received' } },
          }),
          ...missing,
        },
      },
    },
  }
}
