import type { Raw, Text } from '../form/form.ts'
import { openedRaw } from '../form/posted.ts'
import { CHECK_STEP } from '../form/screens.ts'
import { sampleFor } from '../form/sample/sample.ts'
import { freeFacilities } from '../store/facilities.ts'
import { eventsOf } from '../store/submissions.ts'
import type { Scenario, ScenarioStep, StaffDeed } from '../definitions/scenario/scenario.ts'
import {
  evaluationOf,
  Fall,
  factsOf,
  look,
  nothingOpen,
  openForm,
  type Play,
  type SentMail,
  type ToldIssue,
} from './course.ts'
import { noteEvaluation, noteEvents } from './coverage.ts'
import { expectAll, valueAt } from './expect.ts'
import { attach } from './sample-files.ts'
import { pageAt, pressPage, saidOn, screenSeen } from './pages.ts'
import { answersOf, newPerson, request, type FormPage, type Person } from './person.ts'
import { actAsStaff, formOfDeed, isCorrection, spanMs } from './office.ts'
import type { Stage } from './stage.ts'

/** Where a scenario left its course, and how; the step's line in its file. */
export type Failure = { readonly line: number; readonly what: Text }

/** Plays one scenario on a fresh stage. undefined: everything was as expected. */
export async function play(
  scenario: Scenario,
  stage: Stage,
  seen: Set<string>,
): Promise<Failure | undefined> {
  const first = newPerson(1)
  const course: Play = {
    scenario,
    stage,
    seen,
    people: new Map(),
    memory: new Map(),
    mails: [],
    fresh: [],
    person: first,
    issues: [],
    refused: undefined,
  }
  let line = 0
  try {
    for (const step of scenario.steps) {
      // What came unexpected belongs to the step that caused it.
      if (step.kind !== 'expect') nothingOpen(course)
      line = step.line
      await perform(step, course)
    }
    nothingOpen(course)
  } catch (error) {
    if (error instanceof Fall) return { line, what: error.what }
    throw error
  }
  return undefined
}

async function perform(step: ScenarioStep, course: Play): Promise<void> {
  const { person } = course
  switch (step.kind) {
    case 'as':
      course.person = personNamed(step.name, course)
      return
    case 'open':
      return open(step.name, course)
    case 'sample':
      person.raw = await sampleRaw(step.name, course)
      return
    case 'fill':
      person.raw = { ...person.raw, ...remembered(step.answers, course) }
      await look(course)
      return
    case 'attach':
      return acted(course, () => attachAll(step.files, course))
    case 'remember': {
      const evaluation = await look(course)
      for (const [name, path] of Object.entries(step.values))
        course.memory.set(name, valueAt(path, evaluation))
      return
    }
    case 'submit':
      return acted(course, submit)
    case 'next':
      return acted(course, () => goOn('check', course))
    case 'back':
      return acted(course, () => goOn('back', course))
    case 'change':
      return acted(course, () => goOn(`change:${step.name}`, course))
    case 'link':
      return acted(course, () => openLink(step.name, course))
    case 'press':
      return acted(course, () => press(step.name, course))
    case 'wait':
      course.stage.moveClock(await spanMs(course.stage, person.submissionId, step.span))
      return acted(course, async () => undefined)
    case 'staff':
      return acted(course, () => staffActs(step.deed, course))
    case 'expect':
      return expectAll(step.expected, course)
  }
}

async function staffActs(deed: StaffDeed, course: Play): Promise<void> {
  const { stage, person } = course
  const form = await formOfDeed(stage, person.submissionId ?? '', deed)
  const typed = Object.entries(deed.answers).map(([id, text]) => [id, [text]])
  const evaluation = form && (await evaluationOf(form, Object.fromEntries(typed) as Raw, course))
  course.issues = (evaluation?.missing ?? []).map(({ id, label }) => ({
    field: id,
    code: 'R01',
    message: label.ja,
  }))
  if (form && evaluation) noteEvaluation(form, evaluation, course.seen)
  if (course.issues.length > 0) return
  const refusal = await actAsStaff(stage, person.submissionId ?? '', deed, evaluation?.answers)
  if (refusal !== undefined) course.refused = refusal
}

function personNamed(name: string, course: Play): Person {
  const known = course.people.get(name)
  if (known) return known
  // The first is number 1 and has no name.
  const made = newPerson(course.people.size + 2)
  course.people.set(name, made)
  return made
}

/** A second passes with every action; then the worker does what is due, mails above all. */
async function acted(course: Play, work: (course: Play) => Promise<void>): Promise<void> {
  course.stage.moveClock(1000)
  course.issues = []
  course.refused = undefined
  await work(course)
  const stored = new Map<string, string>()
  await course.stage.settle(() => noteMailJobs(course, stored))
  await noteAll(course, stored)
}

/** What a mail job says is erased once it is done, so it is read before. */
async function noteMailJobs({ stage }: Play, stored: Map<string, string>): Promise<void> {
  const jobs = await stage.running.store.db
    .selectFrom('job')
    .select(['id', 'payload'])
    .where('kind', '=', 'mail.send')
    .where('state', '=', 'waiting')
    .execute()
  for (const { id, payload } of jobs) {
    const { template } = JSON.parse(payload) as { template?: string }
    if (template !== undefined) stored.set(id, template)
  }
}

async function noteAll(course: Play, stored: ReadonlyMap<string, string>): Promise<void> {
  const { db } = course.stage.running.store
  const rows = await db.selectFrom('submission').select(['id', 'workflow']).execute()
  for (const { id, workflow } of rows) noteEvents(workflow, await eventsOf(db, id), course.seen)
  const fresh: SentMail[] = []
  for (const [jobId, template] of stored)
    if ((await course.stage.mailOf(jobId)) !== undefined) fresh.push({ jobId, template })
  course.mails.push(...fresh)
  course.fresh = fresh
}

async function open(formId: string, course: Play): Promise<void> {
  const { person, stage } = course
  const form = stage.running.definitions().forms[formId]
  if (!form) throw new Fall(`フォーム「${formId}」がありません。`, `There is no form ${formId}.`)
  const path = `/${form.portal}/${form.path}`
  const answer = await request(stage, person, path)
  // A form of several pages is opened under an address of its own.
  person.page = pageAt(answer.location || path)
  const isOwn = person.page?.path === path
  const { status } = isOwn ? await request(stage, person, answer.location) : answer
  if (status !== 200)
    throw new Fall(
      `「${form.title.ja}」を開けません（${status}）。ログインが必要かもしれません。`,
      `The form ${formId} does not open (${status}); perhaps one must log in.`,
    )
  Object.assign(person, { form })
  const facts = await factsOf(course)
  Object.assign(person, { form, raw: openedRaw(form, facts), linkPath: undefined })
  await look(course)
}

async function sampleRaw(choice: string, course: Play): Promise<Raw> {
  const { stage } = course
  const form = openForm(course)
  const known = await freeFacilities(stage.running.store.db, SAMPLE_FACILITIES)
  return sampleFor(form, choice, 'full', { known, facts: await factsOf(course) }).raw
}
const SAMPLE_FACILITIES = 20

/** One page on or back; what is wrong on it is asked of the API, which says it as data. */
async function goOn(button: string, course: Play): Promise<void> {
  const { stage, person } = course
  const form = openForm(course)
  const evaluation = await look(course)
  if (!person.page)
    throw new Fall(
      'このフォームは1つの画面です。「next」「back」「change」の代わりに「submit」と書いてください。',
      "This form is one page: write 'submit' in place of 'next', 'back' or 'change'.",
    )
  const screen = screenSeen(form, evaluation, person)
  const { status } = await pressPage(stage, person, person.page, { button, screen })
  if (status !== 422) {
    if (status >= 400 || status === 200) course.refused = status
    return
  }
  const path = `/api/v1/${form.id}/check`
  const answer = await request(stage, person, path, {
    json: { answers: answersOf(person), sitting: person.sitting },
  })
  const { issues } = (await answer.json()) as { issues: readonly ToldIssue[] }
  course.issues = saidOn(issues, evaluation, screen)
}

/** Files as they are named replace those attached before; the first that is refused is the last. */
async function attachAll(files: Raw, course: Play): Promise<void> {
  const { stage, person } = course
  const form = openForm(course)
  for (const [field, names] of Object.entries(files)) {
    const handles: string[] = []
    for (const name of names) {
      const sent = await attach(stage, person, form, { field, name })
      if ('issues' in sent) {
        course.issues = sent.issues
        return
      }
      handles.push(sent.handle)
    }
    person.raw = { ...person.raw, [field]: handles }
  }
}

async function submit(course: Play): Promise<void> {
  const { stage, person } = course
  const form = openForm(course)
  await look(course)
  if (person.page?.screen === CHECK_STEP) return submitPage(person.page, course)
  const answers = answersOf(person)
  const path = `/api/v1/${form.id}${person.linkPath === undefined ? '' : '/check'}`
  const answer = await request(stage, person, path, { json: { answers, sitting: person.sitting } })
  if (answer.status === 422) {
    const { issues } = (await answer.json()) as { issues: readonly ToldIssue[] }
    course.issues = issues
    return
  }
  if (answer.status === 201) {
    const { id } = (await answer.json()) as { id: string }
    person.submissionId = id
  }
  if (answer.status >= 300) course.refused = answer.status
  else if (person.linkPath !== undefined) await useLink(person.linkPath, person.raw, course)
}

/** Filed from the confirmation page. */
async function submitPage(page: FormPage, course: Play): Promise<void> {
  const { stage, person } = course
  const { status, location } = await pressPage(stage, person, page, {
    button: 'submit',
    screen: CHECK_STEP,
  })
  const [, id] = /\/submissions\/([^/?]+)$/.exec(location) ?? []
  if (id !== undefined) person.submissionId = id
  if (status !== 303) course.refused = status
}

async function openLink(mail: string, course: Play): Promise<void> {
  const { stage, person } = course
  const sent = course.mails.findLast(({ template }) => template === mail)
  const text = sent && (await stage.mailOf(sent.jobId))
  const [, path, token] = /https?:\/\/[^/\s]+(\/\S*\/links\/([\w-]+))/.exec(text ?? '') ?? []
  if (path === undefined || token === undefined)
    throw new Fall(
      `リンクのあるメール「${mail}」が届いていません。`,
      `No mail '${mail}' with a link has arrived.`,
    )
  const link = await stage.running.advance.peekLink(token)
  const { status } = await request(stage, person, path)
  if (!link || status !== 200) {
    course.refused = status
    return
  }
  person.submissionId = link.submission.id
  const form = link.form === undefined ? undefined : stage.running.definitions().forms[link.form]
  if (form) Object.assign(person, { form, raw: {}, linkPath: path })
  else await useLink(path, {}, course)
}

async function useLink(path: string, raw: Raw, course: Play): Promise<void> {
  const { stage, person } = course
  const fields = { ...raw, _action: ['submit'] }
  const { status } = await request(stage, person, path, { fields })
  if (status >= 400) course.refused = status
}

/** Opens the page of a correction and sends what stands in the open form now; what may not be corrected is left as it was. */
async function resubmit(action: string, course: Play): Promise<void> {
  const { stage, person } = course
  const form = openForm(course)
  await look(course)
  const place = `submissions/${person.submissionId ?? '-'}`
  const page = await request(stage, person, `/${form.portal}/${place}/${action}`)
  if (page.status !== 200) {
    course.refused = page.status
    return
  }
  const answer = await request(stage, person, `/api/v1/${place}/actions/${action}`, {
    json: { answers: answersOf(person), sitting: person.sitting },
  })
  if (answer.status === 422) {
    const { issues } = (await answer.json()) as { issues: readonly ToldIssue[] }
    course.issues = issues
  } else if (answer.status >= 400) course.refused = answer.status
}

async function press(action: string, course: Play): Promise<void> {
  const { stage, person } = course
  if (await isCorrection(stage, person.submissionId ?? '', action)) return resubmit(action, course)
  const path = `/api/v1/submissions/${person.submissionId ?? '-'}/actions/${action}`
  const { status } = await request(stage, person, path, { json: {} })
  if (status >= 400) course.refused = status
}

function remembered(answers: Raw, { memory }: Play): Raw {
  const fill = (typed: string) =>
    typed.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => memory.get(name) ?? whole)
  return Object.fromEntries(
    Object.entries(answers).map(([id, values]) => [
      id,
      values.map(fill).filter((typed) => typed !== ''),
    ]),
  )
}
