import type { Definitions } from '../../definitions/definitions.ts'
import { sizeText } from '../../form/attachments.ts'
import type { Answers, Facts, Form, JsonObject, Locale } from '../../form/form.ts'
import { shownAnswer } from '../../form/shown.ts'
import { filesOfSubmission } from '../../store/files.ts'
import { issuedDocumentsOfSubmission } from '../../store/issued-documents.ts'
import { eventsOf } from '../../store/submissions.ts'
import type { OpenAction } from '../../workflow/act.ts'
import { dueAt } from '../../workflow/clock.ts'
import type { Event, Submission } from '../../workflow/submission.ts'
import type { Action, State, Workflow } from '../../workflow/workflow.ts'
import type { CaseAction, CaseBody, DeskCell, DeskFact, DeskPart } from '../../../web/views/desk.ts'
import { textIn, type PageContent } from '../form/answers.ts'
import { answerGroups, changedAnswers, labelOf } from './answered.ts'
import { own } from '../guard.ts'
import type { Visit } from '../route.ts'
import { timeText } from '../staff/pages.ts'
import { SUBMISSION_WORDS } from './submission-words.ts'
import { dayText } from '../words.ts'

/** Last part of the address of a submission's copy to keep. No action can be called so: their names are words. */
export const RECEIPT = 'receipt.pdf'

/** A submission with what whoever filed it may do with it now. */
export type Filed = {
  readonly submission: Submission
  readonly definitions: Definitions
  readonly workflow: Workflow | undefined
  readonly form: Form | undefined
  readonly actions: readonly OpenAction[]
  readonly facts: Facts
}

export type FiledSaid = {
  readonly notice?: string | undefined
  readonly warning?: string
  /** What was typed into a page that has no effect any more: shown, so that it can be copied. */
  readonly typed?: readonly DeskFact[]
  readonly status?: number
}

/**
 * What the person who filed sees of a submission: how it stands in plain words, what comes next and who does it, what was
 * answered and issued, what happened so far (applications.md §9). Answers are for members: whoever filed without an account
 * is known by an address alone.
 */
export async function filedContent(
  visit: Visit,
  filed: Filed,
  { status, typed = [], ...said }: FiledSaid = {},
): Promise<PageContent> {
  const { locale, deps } = visit
  const { submission, form, workflow } = filed
  const [events, files, documents] = await Promise.all([
    eventsOf(deps.store.db, submission.id),
    filesOfSubmission(deps.store.db, submission.id),
    issuedDocumentsOfSubmission(deps.store.db, submission.id),
  ])
  const t = SUBMISSION_WORDS[locale]
  const isMember = submission.accountId !== undefined
  const table = (
    id: string,
    title: string,
    columns: readonly string[],
    rows: readonly (readonly DeskCell[])[],
  ): DeskPart[] =>
    rows.length === 0 ? [] : [{ id, title, groups: [{ kind: 'table', columns, rows }], empty: '' }]
  const facts = (id: string, title: string, lines: readonly DeskFact[]): DeskPart[] =>
    lines.length === 0 ? [] : [{ id, title, groups: [{ kind: 'facts', facts: lines }], empty: '' }]
  const answers = isMember ? answerGroups(filed, locale) : []
  const parts: readonly DeskPart[] = [
    ...facts('typed', t.typed, typed),
    ...facts('returned', t.returned, returnedFacts(filed, locale)),
    ...table(
      'issued',
      t.issued,
      [t.document, t.issuedAt],
      documents.map(({ id, title, createdAt }) => [
        { text: title, href: `/${submission.portal}/documents/${id}` },
        dayText(createdAt, locale),
      ]),
    ),
    ...(answers.length > 0
      ? [{ id: 'answers', title: t.answers, groups: answers, empty: '' }]
      : []),
    ...table(
      'files',
      t.files,
      [t.file, t.item, t.size, t.scan],
      (isMember ? files : [])
        .filter(({ kind }) => kind === 'attachment')
        .map((file) => [
          file.state === 'infected'
            ? file.name
            : {
                text: file.name,
                href: `/${submission.portal}/submissions/${submission.id}/files/${file.id}`,
              },
          labelOf(form, file.field, locale),
          sizeText(file.size),
          { text: t.scans[file.state], tone: file.state === 'infected' ? 'escalate' : 'quiet' },
        ]),
    ),
    ...table(
      'corrections',
      t.corrections,
      [t.round, t.item, t.before, t.after],
      isMember ? changedAnswers(filed, events, locale) : [],
    ),
    ...table('history', t.history, [t.when, t.who, t.what], historyRows(filed, events, locale)),
  ]
  const body: CaseBody = {
    kind: 'case',
    ...(said.notice !== undefined && { notice: said.notice }),
    ...(said.warning !== undefined && { warning: said.warning }),
    back: isMember
      ? { text: t.back, href: `/${submission.portal}/submissions` }
      : { text: t.backToTop, href: `/${submission.portal}/` },
    facts: factLines(filed, locale),
    ...(isMember && {
      copy: {
        text: t.saveReceipt,
        href: `/${submission.portal}/submissions/${submission.id}/${RECEIPT}`,
      },
    }),
    actions: {
      title: t.now,
      lines: situation(filed, locale),
      items: filed.actions.map((action) => buttonFor(filed, action, locale)),
      none: '',
    },
    parts,
  }
  const title = form ?? workflow
  return { title: title ? textIn(title.title, locale) : submission.number, body, status }
}

export function factLines({ submission, form, workflow }: Filed, locale: Locale): DeskFact[] {
  const t = SUBMISSION_WORDS[locale]
  const state = workflow && own(workflow.states, submission.state)
  const deadline = workflow && deadlineOf(workflow, submission)
  return [
    { label: t.number, value: submission.number },
    { label: t.matter, value: form ? textIn(form.title, locale) : submission.form },
    ...(submission.class ? [{ label: t.class, value: t.classes[submission.class] }] : []),
    { label: t.created, value: timeText(submission.createdAt, locale) },
    { label: t.state, value: state ? textIn(state.label, locale) : submission.state },
    ...(deadline ? [{ label: t.deadline, value: timeText(deadline.at, locale) }] : []),
  ]
}

/** Who is waited for, and what happens then. */
export function situation(
  { submission, workflow, actions }: Filed,
  locale: Locale,
): readonly string[] {
  const t = SUBMISSION_WORDS[locale]
  if (submission.end !== undefined) return [t.ended[submission.end]]
  const state = workflow && own(workflow.states, submission.state)
  if (!workflow || !state) return [t.received]
  if (actions.some(({ action }) => action.edit !== undefined)) {
    const deadline = deadlineOf(workflow, submission)
    const next = deadline && own(workflow.states, deadline.to)
    return [
      t.waitsForCorrection,
      ...(deadline && next
        ? [t.otherwise(timeText(deadline.at, locale), textIn(next.label, locale))]
        : []),
    ]
  }
  const isDoneBy = (by: Action['by']) =>
    Object.values(state.actions).some((action) => action.by === by)
  if (state.work) return [t.works]
  if (isDoneBy('staff')) return [t.waitsForOffice]
  if (isDoneBy('link')) return [t.waitsForLink]
  return [actions.length > 0 ? t.waitsForYou : t.received]
}

/** When the state is left by itself because nobody did anything, and for which. */
export function deadlineOf(
  { states, calendar }: Workflow,
  { state, progress, end }: Submission,
): { readonly at: string; readonly to: string } | undefined {
  const { correction, entered, visits } = progress
  if (end !== undefined || !correction || !entered) return undefined
  const timers = (own(states, state)?.after ?? []).map(({ to, ...span }) => ({
    at: dueAt(span, entered.at, visits, calendar),
    to,
  }))
  return timers.toSorted((one, other) => (one.at < other.at ? -1 : 1))[0]
}

/** What the office asks to be corrected, in its words; nothing when it asks for nothing. */
export function returnedFacts(filed: Filed, locale: Locale): readonly DeskFact[] {
  const t = SUBMISSION_WORDS[locale]
  const { submission, form } = filed
  const { correction } = submission.progress
  if (submission.end !== undefined || !correction) return []
  const said = (submission.answers[correction.action] ?? {}) as Answers
  return [
    { label: t.returnedAt, value: timeText(correction.at, locale) },
    ...writtenFacts(filed, correction.action, said, locale),
    {
      label: t.items,
      value: { lines: correction.fields.map((id) => labelOf(form, id, locale)) },
    },
  ]
}

/** The answers of an action's own form. */
export function writtenFacts(
  { definitions, workflow, submission }: Filed,
  action: string,
  answers: Answers,
  locale: Locale,
): readonly { readonly label: string; readonly value: string }[] {
  const form = own(
    definitions.forms,
    `${submission.portal}/${actionNamed(workflow, action)?.form ?? ''}`,
  )
  return Object.values(form?.fields ?? {}).flatMap((field) => {
    const value = own(answers, field.id)
    if (value === undefined) return []
    return [{ label: textIn(field.label, locale), value: shownAnswer(value, field, locale) }]
  })
}

/** One press for what can be done again; a page for what asks for more, and for what ends it. */
function buttonFor(
  { submission, workflow }: Filed,
  { name, action }: OpenAction,
  locale: Locale,
): CaseAction {
  const href = `/${submission.portal}/submissions/${submission.id}/${name}`
  if (action.edit !== undefined) return { text: SUBMISSION_WORDS[locale].correct, href }
  const label = textIn(action.label, locale)
  const end = endOf(workflow, action)?.end
  if (end === undefined) return { label, href }
  return { text: label, href, isQuiet: end !== 'accepted' }
}

/** The state in which an action ends a submission. */
export function endOf(workflow: Workflow | undefined, { to }: Action): State | undefined {
  const state = workflow && to !== undefined ? own(workflow.states, to) : undefined
  return state?.end === undefined ? undefined : state
}

/** One row for each thing somebody did, with the state it led to. */
function historyRows(filed: Filed, events: readonly Event[], locale: Locale): DeskCell[][] {
  const rows: { readonly at: string; readonly who: string; readonly lines: string[] }[] = []
  for (const event of events) {
    const { at, kind } = event
    const lines = toldLines(filed, event, locale)
    const last = rows.at(-1)
    if (kind === 'entered' && last?.at === at) last.lines.push(...lines)
    else if (lines.length > 0) rows.push({ at, who: whoIn(event, locale), lines: [...lines] })
  }
  return rows.map(({ at, who, lines }) => [timeText(at, locale), who, { lines }])
}

/** What happened, as it matters to whoever filed; nothing of what the office does among itself. */
function toldLines(filed: Filed, event: Event, locale: Locale): readonly string[] {
  const t = SUBMISSION_WORDS[locale]
  const { workflow } = filed
  const { kind, data } = event
  switch (kind) {
    case 'submitted':
      return [t.submitted]
    case 'entered': {
      const state = workflow && own(workflow.states, String(data.state))
      // Passed at once: nobody was ever waited for there.
      return !state || state.choose ? [] : [t.entered(textIn(state.label, locale))]
    }
    case 'acted':
      return actedLines(filed, data, locale)
    case 'elapsed':
      return [t.elapsed]
    case 'replaced':
      return [t.replaced]
    default:
      return []
  }
}

/** What the office wrote is told when it returned it, or ended it for other reasons than that all is well. */
function actedLines(filed: Filed, data: JsonObject, locale: Locale): readonly string[] {
  const t = SUBMISSION_WORDS[locale]
  const { workflow, form } = filed
  const name = String(data.action)
  const action = actionNamed(workflow, name)
  const { fields, changes } = data
  const end = action && endOf(workflow, action)?.end
  const isTold = action?.by !== 'staff' || Array.isArray(fields) || end === 'refused'
  const list = (ids: readonly string[]) => ids.map((id) => labelOf(form, id, locale)).join(t.comma)
  const written = isTold ? writtenFacts(filed, name, (data.answers ?? {}) as Answers, locale) : []
  return [
    t.acted(action ? textIn(action.label, locale) : name),
    ...written.map(({ label, value }) => `${label}${t.colon}${value}`),
    ...(Array.isArray(fields) ? [`${t.items}${t.colon}${list(fields.map(String))}`] : []),
    ...(changes ? [`${t.corrections}${t.colon}${list(Object.keys(changes))}`] : []),
  ]
}

function actionNamed(workflow: Workflow | undefined, name: string): Action | undefined {
  return Object.values(workflow?.states ?? {})
    .map(({ actions }) => own(actions, name))
    .find((one) => one !== undefined)
}

/** Of the office nobody is named. */
function whoIn({ actor }: Event, locale: Locale): string {
  const t = SUBMISSION_WORDS[locale]
  return actor.kind === 'staff' ? t.office : actor.kind === 'system' ? t.system : t.you
}
