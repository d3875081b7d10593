import {
  attachmentOptions,
  cleanName,
  fileWrong,
  readHandle,
  type AttachedState,
} from '../../src/form/attachments.ts'
import type { Field, Form, Raw } from '../../src/form/form.ts'
import { messageOf } from '../../src/form/messages.ts'
import { attachmentTexts } from '../texts/attachment.ts'
import { inputId } from '../views/page.ts'
import type { FormView, Sending } from '../views/state.ts'
import { sendFile } from './send-file.ts'

/** What the form page lends to the handling of files. */
export type AttachHost = {
  readonly api: string
  /** Of the sitting, to which the files belong. */
  readonly key: string
  view(): FormView
  raw(): Raw
  /** Draws with this raw input and these changes of the view. */
  draw(raw: Raw, change: Partial<FormView>): void
  focus(id: string): void
  /** The button that opens the system's dialog for files. */
  input(fieldId: string): HTMLInputElement | null
}

/** Attaching, cancelling, going on, taking out: `pressed` says whether the button was one of theirs. */
export type Attach = {
  pressed(button: DOMStringMap): boolean
  chosen(input: HTMLInputElement): void
  dropped(fieldId: string, files: readonly File[]): void
}

/** Announcements of progress are no closer than this (A31). */
const ANNOUNCE_PERCENT = 10

type Job = { readonly file: File; readonly field: Field; stop: AbortController; upload?: string }

export function createAttach(host: AttachHost): Attach {
  const jobs = new Map<string, Job>()
  let queue: Promise<void> = Promise.resolve()
  let count = 0

  const texts = () => attachmentTexts(host.view().state.locale)
  const set = (sending: readonly Sending[], more: Partial<FormView> = {}) =>
    host.draw(host.raw(), { sending, ...more })
  const change = (id: string, to: Partial<Sending>, announcement?: string) =>
    set(
      host.view().sending.map((one) => (one.id === id ? { ...one, ...to } : one)),
      announcement === undefined ? {} : { announcement },
    )
  const without = (id: string) => host.view().sending.filter((one) => one.id !== id)

  function add(field: Field, files: readonly File[]): void {
    const { state, sending, evaluation } = host.view()
    const answer = evaluation.answers[field.id]
    const present = Array.isArray(answer) ? answer.length : 0
    const underWay = sending.filter((one) => one.field === field.id && one.failure === undefined)
    let free = attachmentOptions(field).filesMax - present - underWay.length
    const added = files.map((file): Sending => {
      const id = `u${++count}`
      const name = cleanName(file.name)
      const wrong = fileWrong({ name, size: file.size }, field)
      const issue =
        wrong ??
        (free > 0
          ? undefined
          : { code: 'attachment.too-many', params: { n: attachmentOptions(field).filesMax } })
      if (!issue) free -= 1
      if (!issue) jobs.set(id, { file, field, stop: new AbortController() })
      const failure =
        issue && messageOf({ field: field.id, ...issue } as never, field, state.locale)
      return {
        id,
        field: field.id,
        name,
        size: file.size,
        sent: 0,
        isWaiting: true,
        canResume: false,
        ...(failure !== undefined && { failure }),
      }
    })
    const refused = added.flatMap((one) => one.failure ?? [])
    set([...sending, ...added], refused.length > 0 ? { announcement: refused.join(' ') } : {})
    for (const one of added) if (jobs.has(one.id)) start(one.id)
  }

  /** One after the other: two at once share the same line and both take twice as long. */
  function start(id: string): void {
    queue = queue.then(() => send(id))
  }

  async function send(id: string): Promise<void> {
    const job = jobs.get(id)
    if (!job || job.stop.signal.aborted) return
    const { file, field } = job
    const name = cleanName(file.name)
    let said = 0
    const result = await sendFile({
      api: host.api,
      sitting: host.key,
      field: field.id,
      file,
      name,
      upload: job.upload,
      signal: job.stop.signal,
      onBegun: (upload) => void (job.upload = upload),
      onSent(sent) {
        const percent = file.size === 0 ? 100 : Math.floor((sent / file.size) * 100)
        const isDue = percent - said >= ANNOUNCE_PERCENT && percent < 100
        if (isDue) said = percent
        change(id, { sent, isWaiting: false }, isDue ? texts().percent(name, percent) : undefined)
      },
    })
    if (result.status === 'cancelled') return
    if (result.status === 'cut') {
      const failure = texts().cut(name)
      return change(id, { failure, canResume: true }, failure)
    }
    if (result.status === 'refused')
      return change(id, { failure: result.message, canResume: false }, result.message)
    jobs.delete(id)
    attached(field, result.handle, without(id))
  }

  function attached(field: Field, handle: string, sending: readonly Sending[]): void {
    const file = readHandle(handle)
    if (!file) return
    const raw = host.raw()
    const { files, issues } = host.view()
    const isOver = !sending.some((one) => one.field === field.id)
    const states: { readonly [id: string]: AttachedState } = { ...files, [file.id]: file.state }
    host.draw(
      { ...raw, [field.id]: [...(raw[field.id] ?? []), handle] },
      {
        sending,
        files: states,
        announcement: texts().added(file.name),
        // What was said of a field whose files have come is over; what is wrong with them is said when it is judged again.
        ...(isOver && { issues: issues.filter((one) => one.field !== field.id) }),
      },
    )
  }

  function unsend(id: string): void {
    const job = jobs.get(id)
    const one = host.view().sending.find((each) => each.id === id)
    job?.stop.abort()
    jobs.delete(id)
    if (job?.upload !== undefined) void post(`${host.api}/uploads/${job.upload}/cancel`, {})
    set(without(id), { announcement: one ? texts().cancelled(one.name) : '' })
    if (one) host.focus(inputId(one.field))
  }

  function resume(id: string): void {
    const job = jobs.get(id)
    if (!job) return
    job.stop = new AbortController()
    const { failure: _, ...one } = host.view().sending.find((each) => each.id === id) as Sending
    set(
      host
        .view()
        .sending.map((each) =>
          each.id === id ? { ...one, isWaiting: true, canResume: false } : each,
        ),
    )
    start(id)
  }

  function detach(fieldId: string, fileId: string): void {
    const raw = host.raw()
    const rest = (raw[fieldId] ?? []).filter((handle) => readHandle(handle)?.id !== fileId)
    const gone = (raw[fieldId] ?? []).find((handle) => readHandle(handle)?.id === fileId)
    const name = gone === undefined ? '' : (readHandle(gone)?.name ?? '')
    host.draw({ ...raw, [fieldId]: rest }, { announcement: texts().removed(name) })
    host.focus(inputId(fieldId))
    void post(`${host.api}/files/${fileId}/remove`, { sitting: host.key })
  }

  const fieldOf = (id: string) => fieldWith(host.view().state.form, host.view(), id)
  return {
    pressed({ do: action, field = '', file = '', sending = '' }) {
      if (action === 'attach') host.input(field)?.click()
      else if (action === 'detach') detach(field, file)
      else if (action === 'unsend') unsend(sending)
      else if (action === 'resume') resume(sending)
      else return false
      return true
    },
    chosen(input) {
      const field = fieldOf(input.dataset.files ?? '')
      const files = [...(input.files ?? [])]
      input.value = ''
      if (field && files.length > 0) add(field, files)
    },
    dropped(fieldId, files) {
      const field = fieldOf(fieldId)
      if (field && files.length > 0) add(field, files)
    },
  }
}

function fieldWith(form: Form, view: FormView, id: string): Field | undefined {
  return (
    view.evaluation.visible.find((field) => field.id === id) ??
    Object.values(form.fields).find((field) => field.id === id)
  )
}

function post(url: string, body: unknown): Promise<unknown> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    keepalive: true,
  }).catch((_unreachable: unknown) => undefined)
}
