import type { JsonObject } from '../../form/form.ts'

const text: JsonObject = { type: 'string' }
const flag: JsonObject = { type: 'boolean' }
const count: JsonObject = { type: 'integer', minimum: 0 }
const record = (...names: readonly string[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, text]))

/** What the lists of the office ask for and give; each takes `page` too. */
const LISTS: {
  readonly [name: string]: {
    readonly summary: string
    readonly search: readonly string[]
    readonly item: JsonObject
  }
} = {
  queue: {
    summary: 'Submissions, as the review desk lists them; needs the right queue',
    search: [...['view', 'portal', 'form', 'state', 'type', 'prefecture', 'text', 'sort', 'order']],
    item: {
      ...record('id', 'number', 'portal', 'form', 'workflow', 'state', 'createdAt'),
      ...record('facilityType', 'facilityName', 'prefecture', 'warnAt', 'escalateAt'),
      ...{ isStuck: flag, isEnded: flag },
    },
  },
  stuck: {
    summary: 'Submissions whose step could not be done; needs the right repair',
    search: [],
    item: record('id', 'number', 'portal', 'form', 'reason', 'since'),
  },
  facilities: {
    summary: 'The facility master; needs the right master',
    search: ['number', 'name', 'type', 'prefecture'],
    item: {
      ...record('portal', 'id', 'type', 'prefecture', 'code', 'name', 'status', 'updatedAt'),
      ...{ accounts: count, submissions: count },
    },
  },
  mails: {
    summary: 'Mails without bodies, links and whole addresses; needs the right mails',
    search: ['recipient', 'number', 'template', 'state', 'from', 'to'],
    item: {
      ...record('id', 'template', 'portal', 'recipient', 'state', 'reason', 'createdAt', 'doneAt'),
      ...{ attempts: count, isKept: flag },
    },
  },
  issued: {
    summary: 'Issued accounts without what is secret about them; needs the right secret-numbers',
    search: ['number', 'submission'],
    item: {
      ...record('id', 'issue', 'environment', 'number', 'createdAt', 'keepUntil'),
      ...{ ids: { type: 'object', additionalProperties: text }, hadPassword: flag },
    },
  },
  'audit/entries': {
    summary: 'The audit log, newest first; needs the right audit',
    search: ['who', 'kind', 'subject', 'from', 'to'],
    item: {
      ...record('at', 'actor', 'who', 'kind', 'subject'),
      ...{ seq: count, data: { type: 'object' } },
    },
  },
  staff: {
    summary: 'The staff; needs the right staff',
    search: ['text'],
    item: record('id', 'login', 'name', 'role', 'state', 'enrolledAt'),
  },
}

const security: readonly JsonObject[] = [{ session: [] }]
const refused = {
  description: 'Refused; the words say why',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
}

/** Paths of the staff's API: what the rights of `forms/staff.yaml` open on pages they open here. */
export const staffPaths: JsonObject = {
  ...Object.fromEntries(
    Object.entries(LISTS).map(([name, { summary, search, item }]) => [
      `/api/v1/staff/${name}`,
      {
        get: {
          tags: ['staff'],
          operationId: `staff_${name.replace('/', '_')}`,
          summary,
          security,
          parameters: [...search, 'page'].map((one) => ({ name: one, in: 'query', schema: text })),
          responses: {
            '200': page(item),
            '401': refused,
            '403': refused,
          },
        },
      },
    ]),
  ),
  '/api/v1/staff/queue/{id}': {
    get: {
      tags: ['staff'],
      operationId: 'staff_submission',
      summary: 'One submission as its page shows it; looking at it is noted in the audit log',
      security,
      parameters: [{ name: 'id', in: 'path', required: true, schema: text }],
      responses: {
        '200': {
          description: 'The submission',
          content: { 'application/json': { schema: { type: 'object' } } },
        },
        '401': refused,
        '403': refused,
        '404': refused,
      },
    },
  },
}

function page(item: JsonObject): JsonObject {
  const schema = {
    type: 'object',
    required: ['page', 'items', 'hasMore'],
    properties: {
      page: { type: 'integer', minimum: 1 },
      items: { type: 'array', items: { type: 'object', properties: item } },
      hasMore: flag,
    },
  }
  return { description: 'One page', content: { 'application/json': { schema } } }
}
