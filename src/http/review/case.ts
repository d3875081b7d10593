import { sizeText } from '../../form/attachments.ts'
import type { JsonObject, Locale } from '../../form/form.ts'
import { assigneeOf, staffNames } from '../../store/desk.ts'
import { filesOfSubmission, type FileRecord } from '../../store/files.ts'
import { issuedDocumentsOfSubmission } from '../../store/issued-documents.ts'
import { eventsOf } from '../../store/submissions.ts'
import type { OpenAction } from '../../workflow/act.ts'
import { lateness, stuckStep, type StepRecord } from '../../workflow/progress.ts'
import { NOTE_MAX, type Event, type Submission } from '../../workflow/submission.ts'
import type {
  CaseAction,
  CaseBody,
  DeskCell,
  DeskFact,
  DeskPart,
  Evidence,
} from '../../../web/views/desk.ts'
import { hasPdf } from '../../../web/views/evidence.ts'
import { textIn, type PageContent } from '../form/answers.ts'
import { answerGroups, changedAnswers, labelOf } from '../member/answered.ts'
import { own } from '../guard.ts'
import { PDF_POLICY, POLICY } from '../headers.ts'
import { CASE_WORDS } from './case-words.ts'
import type { Opened } from './opened.ts'
import { comparison } from './comparison.ts'
import { historyLines, toldOf, whoIn, type Told } from './history.ts'
import { lateText } from './words.ts'
import { may } from '../staff/rights.ts'
import type { Visit } from '../route.ts'
import { timeText } from '../staff/pages.ts'

type Said = {
  readonly notice?: string
  readonly warning?: string
  /** What was typed into a page that has no effect any more: shown, so that it can be copied. */
  readonly typed?: readonly DeskFact[]
  /** A note that could not be taken as it is. */
  readonly note?: string
  readonly status?: number
}

/** The page of a submission: facts, what may be done, then all that is known about it, part by part. */
export async function caseContent(
  visit: Visit,
  opened: Opened,
  { status, typed = [], note, ...said }: Said = {},
): Promise<PageContent> {
  const { store } = visit.deps
  const { submission } = opened
  const [events, names, files, documents, assignee] = await Promise.all([
    eventsOf(store.db, submission.id),
    staffNames(store.db),
    filesOfSubmission(store.db, submission.id),
    issuedDocumentsOfSubmission(store.db, submission.id),
    assigneeOf(store.db, submission.id),
  ])
  const t = CASE_WORDS[visit.locale]
  const told = toldOf(visit, opened, names)
  const table = (columns: readonly string[], rows: readonly (readonly DeskCell[])[]) =>
    rows.length === 0 ? [] : [{ kind: 'table' as const, columns, rows }]
  const parts: readonly DeskPart[] = [
    ...(typed.length > 0
      ? [
          {
            id: 'typed',
            title: t.typedHere,
            groups: [{ kind: 'facts' as const, facts: typed }],
            empty: '',
          },
        ]
      : []),
    {
      id: 'facility',
      title: t.facility,
      lead: t.facilityLead,
      groups: table([t.item, t.typed, t.master, t.compared], comparisonRows(visit, opened)),
      empty: t.noFacility,
    },
    {
      id: 'answers',
      title: t.answers,
      groups: answerGroups(opened, visit.locale),
      empty: t.erased,
    },
    {
      id: 'files',
      title: t.files,
      groups: filesIn(
        visit,
        opened,
        files.filter(({ kind }) => kind === 'attachment'),
      ),
      empty: t.noFiles,
    },
    {
      id: 'steps',
      title: t.steps,
      groups: stepGroups(submission, visit),
      empty: t.noSteps,
    },
    {
      id: 'documents',
      title: t.documents,
      groups: table(
        [t.document, t.issuedAt, t.openedAt],
        documents.map(({ title, createdAt, firstOpenedAt }) => [
          title,
          timeText(createdAt, visit.locale),
          firstOpenedAt === undefined ? t.notOpened : timeText(firstOpenedAt, visit.locale),
        ]),
      ),
      empty: t.noDocuments,
    },
    {
      id: 'corrections',
      title: t.corrections,
      groups: table(
        [t.round, t.item, t.before, t.after],
        changedAnswers(opened, events, visit.locale),
      ),
      empty: t.noCorrections,
    },
    {
      id: 'notes',
      title: t.notes,
      lead: t.notesLead,
      groups: [
        ...table([t.when, t.who, t.note], noteRows(events, told)),
        ...(may(visit, 'note') ? [noteBox(submission.id, note, visit.locale)] : []),
      ],
      empty: t.noNotes,
    },
    {
      id: 'history',
      title: t.history,
      groups: table(
        [t.when, t.who, t.what],
        events.map((event) => [
          timeText(event.at, visit.locale),
          whoIn(told, event.actor),
          { lines: historyLines(told, event) },
        ]),
      ),
      empty: '',
    },
  ]
  const stuck = submission.end === undefined && stuckStep(submission.progress)
  const body: CaseBody = {
    kind: 'case',
    ...said,
    ...(said.warning === undefined && stuck && { warning: t.stuck(stuck.step, stuck.reason) }),
    back: { text: t.back, href: '/review/' },
    facts: factLines(visit, opened, assignee?.name),
    assignment: assignmentButton(visit, submission, assignee?.id),
    actions: {
      title: t.actions,
      lines: proposalLines(told, opened.actions),
      items: opened.actions.flatMap((action) => buttonsFor(submission, action, visit.locale)),
      none: submission.end === undefined ? t.noActions : t.over,
    },
    parts,
  }
  return {
    title: t.title(submission.number),
    body,
    status,
    headers: hasPdf(body) ? { [POLICY]: PDF_POLICY } : {},
  }
}

function factLines(visit: Visit, opened: Opened, assignee: string | undefined): DeskFact[] {
  const { submission, definitions, workflow, form } = opened
  const { locale, deps } = visit
  const t = CASE_WORDS[locale]
  const portal = own(definitions.portals, submission.portal)
  const state = workflow && own(workflow.states, submission.state)
  const late =
    submission.end === undefined
      ? lateness(submission.progress, deps.clock().toISOString())
      : undefined
  const label = state ? textIn(state.label, locale) : submission.state
  return [
    {
      label: t.state,
      value: late
        ? { lines: [label, { text: lateText(late, state?.desk?.[late], locale), tone: late }] }
        : label,
    },
    { label: t.matter, value: form ? textIn(form.title, locale) : submission.form },
    { label: t.portal, value: portal ? textIn(portal.title, locale) : submission.portal },
    { label: t.created, value: timeText(submission.createdAt, locale) },
    { label: t.updated, value: timeText(submission.updatedAt, locale) },
    { label: t.assignee, value: assignee ?? t.nobody },
  ]
}

function assignmentButton(
  visit: Visit,
  { id, end }: Submission,
  assignee: string | undefined,
): CaseBody['assignment'] {
  const { staff, locale } = visit
  const t = CASE_WORDS[locale]
  if (end !== undefined || !may(visit, 'assign')) return undefined
  const href = `/review/${id}/assign`
  if (assignee === staff?.id) return { label: t.giveBack, href: `/review/${id}/release` }
  return {
    label: assignee === undefined ? t.take : t.takeOver,
    href,
    name: 'from',
    value: assignee ?? '',
  }
}

/** One press for what asks for nothing more; a page for the rest. */
function buttonsFor(
  { id, progress, seq }: Submission,
  { name, action, stage }: OpenAction,
  locale: Locale,
): readonly CaseAction[] {
  const t = CASE_WORDS[locale]
  const label = textIn(action.label, locale)
  const seen = { name: '_seen', value: String(progress.entered?.seq ?? '') }
  // Agreeing is to what this page shows: all of it, so whatever comes later makes it stale.
  const settle = `/review/${id}/settle/${name}?seen=${seq}`
  if (stage === 'proposed')
    return [{ label: t.takeBack(label), href: settle, name: 'agrees', value: 'no' }]
  if (stage === 'confirm')
    return [
      { label: t.agree(label), href: settle, name: 'agrees', value: 'yes' },
      { label: t.decline(label), href: settle, name: 'agrees', value: 'no' },
    ]
  const asks = action.form !== undefined || action.note !== undefined || action.mark !== undefined
  const href = `/review/${id}/actions/${name}`
  return [asks ? { text: label, href } : { label, href, ...seen }]
}

function proposalLines(told: Told, actions: readonly OpenAction[]): readonly string[] {
  const { submission, locale } = told
  const t = CASE_WORDS[locale]
  const { proposal } = submission.progress
  const waiting = actions.find(({ stage }) => stage !== 'open')
  if (!proposal || !waiting) return []
  const who = told.names.get(proposal.by) ?? proposal.by
  const label = textIn(waiting.action.label, locale)
  const line = waiting.stage === 'proposed' ? t.proposedByYou(label) : t.proposedBy(who, label)
  return proposal.note === undefined ? [line] : [line, `${t.note}${t.colon}${proposal.note}`]
}

function comparisonRows(visit: Visit, opened: Opened): DeskCell[][] {
  const t = CASE_WORDS[visit.locale]
  return comparison(visit, opened).map(({ item, typed, master, result }) => [
    item,
    typed,
    master,
    result === 'not-asked' ? t.results[result] : { text: t.results[result], tone: TONES[result] },
  ])
}

const TONES = { same: 'good', different: 'escalate', 'not-typed': 'quiet' } as const

function stepGroups({ id, progress, end }: Submission, visit: Visit): DeskPart['groups'] {
  const { locale } = visit
  const t = CASE_WORDS[locale]
  const steps = Object.entries(progress.steps ?? {})
  if (steps.length === 0) return []
  const rows = steps.map(([name, record]): DeskCell[] => [
    name,
    { text: t.stepStates[record.status], tone: record.status === 'stuck' ? 'escalate' : 'quiet' },
    timeText(record.since, locale),
    resultText(record, locale),
  ])
  const mayRepair = end === undefined && may(visit, 'repair')
  const stuck = mayRepair ? steps.filter(([, { status }]) => status === 'stuck') : []
  return [
    { kind: 'table', columns: [t.step, t.state, t.since, t.result], rows },
    ...stuck.map(([name]) => ({
      kind: 'links' as const,
      links: [
        { label: t.retry(name), href: `/review/${id}/steps/${name}/retry` },
        { text: t.skip(name), href: `/review/${id}/steps/${name}/skip` },
      ],
    })),
  ]
}

function resultText({ result, reason }: StepRecord, locale: Locale): string {
  if (reason !== undefined) return reason
  if (result === null || typeof result !== 'object')
    return result === undefined ? '' : String(result)
  const { issued } = result as JsonObject
  return Array.isArray(issued) ? CASE_WORDS[locale].issued(issued.length) : ''
}

function noteRows(events: readonly Event[], told: Told): DeskCell[][] {
  return events.flatMap(({ at, actor, data }) =>
    typeof data.note === 'string'
      ? [[timeText(at, told.locale), whoIn(told, actor), data.note]]
      : [],
  )
}

function noteBox(id: string, typed: string | undefined, locale: Locale) {
  const t = CASE_WORDS[locale]
  return {
    kind: 'write' as const,
    href: `/review/${id}/notes`,
    name: 'note',
    label: t.writeNote,
    hint: t.noteHint(NOTE_MAX),
    value: typed ?? '',
    isWrong: typed !== undefined,
    submit: t.addNote,
  }
}

/** Every attachment as a download; pictures and PDFs can be looked at on the spot, too (S34). */
function filesIn(
  visit: Visit,
  { submission, form }: Opened,
  files: readonly FileRecord[],
): DeskPart['groups'] {
  if (files.length === 0) return []
  const t = CASE_WORDS[visit.locale]
  const hrefOf = ({ id }: FileRecord) => `/review/submissions/${submission.id}/files/${id}`
  const rows = files.map((file) => [
    mayOpen(visit, file) ? { text: file.name, href: hrefOf(file) } : file.name,
    labelOf(form, file.field, visit.locale),
    sizeText(file.size),
    {
      text: t.scans[file.state],
      tone: file.state === 'infected' ? ('escalate' as const) : ('quiet' as const),
    },
  ])
  const shown = files.flatMap((file): readonly Evidence[] => {
    if (!mayOpen(visit, file)) return []
    const text = t.lookAt(file.name)
    const name = `${labelOf(form, file.field, visit.locale)} ${file.name}`
    if (file.type === 'image/png')
      return [{ kind: 'picture', text, href: `${hrefOf(file)}?show=here`, name }]
    if (file.type !== 'application/pdf') return []
    return [{ kind: 'pdf', text, href: hrefOf(file), name, without: t.withoutScript }]
  })
  return [
    { kind: 'table', columns: [t.name, t.item, t.size, t.scan], rows },
    ...(shown.length > 0 ? [{ kind: 'evidence' as const, shown }] : []),
  ]
}

/** What its own address would refuse is no link: a file that holds a virus, or may hold one, or anything for a role without the right. */
function mayOpen(visit: Visit, { state }: FileRecord): boolean {
  const isChecked = state === 'clean' || state === 'not-scanned'
  return isChecked && may(visit, 'files')
}
