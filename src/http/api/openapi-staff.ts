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

/** What its page shows. */
const deskCase: JsonObject = {
  type: 'object',
  required: ['id', 'number', 'state', 'end', 'assignee', 'answers', 'files', 'actions', 'history'],
  properties: {
    ...record('id', 'number', 'portal', 'form', 'workflow', 'state', 'createdAt', 'updatedAt'),
    end: { enum: ['accepted', 'discarded', 'refused', 'withdrawn', null] },
    assignee: { anyOf: [{ type: 'object', properties: record('id', 'name') }, { type: 'null' }] },
    answers: {
      type: 'array',
      items: { type: 'object', properties: record('id', 'label', 'text') },
    },
    files: {
      type: 'array',
      items: { type: 'object', properties: { ...record('id', 'name', 'state'), size: count } },
    },
    actions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'stage', 'label', 'seen'],
        properties: {
          ...record('name', 'label'),
          stage: { enum: ['open', 'confirm', 'proposed'] },
          seen: { ...count, description: 'To be sent along with the action' },
        },
      },
    },
    history: { type: 'array', items: { type: 'object', properties: record('at', 'kind') } },
  },
}

type DeskDeed = {
  readonly summary: string
  readonly body: JsonObject
  readonly example: JsonObject
}

const seen: JsonObject = {
  type: 'integer',
  minimum: 1,
  description: 'As the action names it: refused (409) when somebody or something was faster',
}
const proposal: JsonObject = { type: 'object', required: ['seen'], properties: { seen } }
const noted: JsonObject = { type: 'object', required: ['note'], properties: { note: text } }

const DEEDS: { readonly [path: string]: DeskDeed } = {
  'actions/{action}': {
    summary: 'Take an action of the workflow, or propose it; needs the right act',
    body: {
      type: 'object',
      required: ['seen'],
      properties: {
        seen,
        answers: { type: 'object', description: 'Of the form of the action, by id' },
        marked: { type: 'array', items: text, description: 'Ids of what is to be corrected' },
        note: { ...text, description: 'For the office only; needs the right note' },
      },
    },
    example: {
      seen: 4,
      answers: { message: '職員数をお確かめください。' },
      marked: ['staffCount'],
    },
  },
  'agree/{action}': {
    summary: 'Agree to what somebody else has proposed; needs the right act',
    body: proposal,
    example: { seen: 5 },
  },
  'decline/{action}': {
    summary: 'Put aside what was proposed; needs the right act',
    body: proposal,
    example: { seen: 5 },
  },
  notes: {
    summary: 'Write something down for the office; needs the rights queue and note',
    body: noted,
    example: { note: '電話で確認した' },
  },
  assign: {
    summary: 'Take the submission over; needs the right assign',
    body: {
      type: 'object',
      properties: {
        from: {
          type: ['string', 'null'],
          description: 'Id of whom it was seen with; refused when it is with another',
        },
      },
    },
    example: { from: null },
  },
  release: {
    summary: 'Give it back; needs the right assign',
    body: { type: 'object' },
    example: {},
  },
  'steps/{step}/retry': {
    summary: 'Let a stuck step be tried again; needs the right repair',
    body: { type: 'object' },
    example: {},
  },
  'steps/{step}/skip': {
    summary: 'Go on without a stuck step, and say why; needs the right repair',
    body: noted,
    example: { note: '紙で渡した' },
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
          content: { 'application/json': { schema: deskCase } },
        },
        '401': refused,
        '403': refused,
        '404': refused,
      },
    },
  },
  ...Object.fromEntries(
    Object.entries(DEEDS).map(([path, deed]) => [deedPath(path), deedOf(path, deed)]),
  ),
}

function deedPath(path: string): string {
  return `/api/v1/staff/queue/{id}/${path}`
}

function deedOf(path: string, { summary, body, example }: DeskDeed): JsonObject {
  const names = ['id', ...Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name)]
  return {
    post: {
      tags: ['staff'],
      operationId: `staff_${path.replaceAll(/[/{}]+/g, '_').replace(/_$/, '')}`,
      summary,
      security,
      parameters: names.map((name) => ({ name, in: 'path', required: true, schema: text })),
      requestBody: {
        required: true,
        content: { 'application/json': { schema: body, examples: { usual: { value: example } } } },
      },
      responses: {
        '200': {
          description: 'How the submission stands then',
          content: { 'application/json': { schema: deskCase } },
        },
        '400': refused,
        '401': refused,
        '403': refused,
        '404': refused,
        '409': refused,
        '422': {
          description: 'What is wrong with what was sent',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Issues' } } },
        },
      },
    },
  }
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
