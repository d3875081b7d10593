import type { Field, Form, Json, Raw } from '../form/form.ts'
import { rowsOptions } from '../form/rows.ts'
import type { Stage } from './stage.ts'

/** Somebody at a browser of their own: cookies, an address, the form that is open. */
export type Person = {
  readonly address: string
  /** Key of the sitting in which this person attaches files. */
  readonly sitting: string
  cookie: string
  form: Form | undefined
  raw: Raw
  /** Path of the one-time link whose form is open. */
  linkPath: string | undefined
  submissionId: string | undefined
  /** Where they are in a form of several pages: address, screen (`check` for the confirmation), hidden key. */
  page: FormPage | undefined
}

export type FormPage = {
  readonly path: string
  readonly key: string
  readonly screen: string | undefined
  readonly isChange: boolean
}

export function newPerson(number: number): Person {
  return {
    address: `10.0.${number >> 8}.${number & 255}`,
    sitting: `sitting-of-scenario-${number}`,
    cookie: '',
    form: undefined,
    raw: {},
    linkPath: undefined,
    submissionId: undefined,
    page: undefined,
  }
}

/** What the person has typed, as a program sends it to the API. */
export function answersOf({ raw, form }: Person): { readonly [id: string]: Json } {
  const fields = new Map(Object.values(form?.fields ?? {}).map((field) => [field.id, field]))
  const own = Object.entries(raw).filter(([id]) => !id.includes('.'))
  return Object.fromEntries(
    own.map(([id, values]) => {
      const field = fields.get(id)
      if (field?.type === 'rows') return [id, values.map((key) => rowOf(field, key, raw))]
      const isOne = values.length === 1 && field?.type !== 'attachment'
      return [id, isOne ? (values[0] ?? '') : values]
    }),
  )
}

function rowOf(field: Field, key: string, raw: Raw): Json {
  const cells = rowsOptions(field).fields.flatMap(({ id }) => {
    const [typed] = raw[`${field.id}.${key}.${id}`] ?? []
    return typed === undefined ? [] : [[id, typed] as const]
  })
  return Object.fromEntries(cells)
}

export type Answer = {
  readonly status: number
  readonly location: string
  readonly json: () => Promise<unknown>
}

/** One request through the front door, as this person's browser sends it. */
export async function request(
  stage: Stage,
  person: Person,
  path: string,
  body?: { readonly json: object } | { readonly fields: Raw } | { readonly bytes: Uint8Array },
): Promise<Answer> {
  const answer = await stage.running.app.request(
    `${stage.baseUrl}${path}`,
    {
      method: body ? 'POST' : 'GET',
      headers: {
        Origin: stage.baseUrl,
        'Sec-Fetch-Site': 'same-origin',
        'Accept-Language': 'ja',
        ...(person.cookie && { Cookie: person.cookie }),
        ...(body && { 'Content-Type': typeOf(body) }),
      },
      ...(body && { body: bodyOf(body) }),
    },
    { incoming: { socket: { remoteAddress: person.address } } },
  )
  for (const line of answer.headers.getSetCookie()) {
    const [pair = ''] = line.split(';')
    person.cookie = pair.endsWith('=') || /max-age=0/i.test(line) ? '' : pair
  }
  return {
    status: answer.status,
    location: answer.headers.get('location') ?? '',
    json: () => answer.json(),
  }
}

type Body = NonNullable<Parameters<typeof request>[3]>

function typeOf(body: Body): string {
  if ('json' in body) return 'application/json'
  return 'bytes' in body ? 'application/octet-stream' : 'application/x-www-form-urlencoded'
}

function bodyOf(body: Body): string | Uint8Array<ArrayBuffer> {
  if ('json' in body) return JSON.stringify(body.json)
  return 'bytes' in body ? new Uint8Array(body.bytes) : encoded(body.fields)
}

function encoded(fields: Raw): string {
  const body = new URLSearchParams()
  for (const [name, values] of Object.entries(fields))
    for (const value of values) body.append(name, value)
  return body.toString()
}
