import { accept } from '../../accept.ts'
import { press as ask, read, unasked, verifyAll } from '../../ask.ts'
import { typedInto } from '../../correct.ts'
import { editionOf } from '../../definitions/edition.ts'
import { withoutClosed } from '../../form/closed.ts'
import type { Evaluation } from '../../form/evaluate.ts'
import { openedRaw } from '../../form/posted.ts'
import type { Form, Raw } from '../../form/form.ts'
import { candidatesOf, filledBy } from '../../form/press.ts'
import { CHECK_STEP, screenOf, stepAt } from '../../form/screens.ts'
import {
  ACTION,
  CHANGE,
  FORM,
  KEPT,
  KEY,
  LOOK,
  PROOF,
  SCREEN,
  stepHref,
  WINDOW,
  type FormState,
} from '../../../web/views/page.ts'
import { redirectTo, troubleAnswer } from './answers.ts'
import { acceptDepsOf, checksOf, wishOf, type Again, type Course, type Opening } from './course.ts'
import { lookOf } from '../headers.ts'
import { lookCookie } from '../portal/look.ts'
import { sampleAsked, show, type Shown } from './form-page.ts'
import {
  inputOf,
  postedFields,
  sealSecrets,
  secretIds,
  withChangedRows,
  withoutSecrets,
  type Input,
} from './inputs.ts'
import { proofsOf, readProven, takenBack, unproven } from './proofs.ts'
import { homelessAnswers, olderEdition } from './renewed.ts'
import type { Visit } from '../route.ts'
import { rebindFiles, withChangedFiles, withSentFiles } from './sent-files.ts'
import {
  draftVersion,
  endSitting,
  hasAddresses,
  holderCookie,
  keepDraft,
  keepSitting,
  keepsSittings,
  KEY_SHAPE,
  readSitting,
  SITTING,
  type Sitting,
} from './sittings.ts'
import {
  agreed,
  issuesOn,
  judged,
  openStep,
  pressed,
  screenWith,
  stepAfter,
  type Press,
  type Target,
} from './steps.ts'

/** The form as it is opened: filled with what is known already, or where somebody was in it. */
export async function openForm(visit: Visit, course: Opening): Promise<Response> {
  const { form, facts, correcting } = course
  const sample = correcting ? undefined : await sampleAsked(visit, form, facts)
  const given = visit.query.get(SITTING) ?? ''
  const isNamed = KEY_SHAPE.test(given)
  const key = isNamed ? given : visit.deps.newId()
  // Under an address of its own from the start, Back and reload find what was typed (A28).
  if (hasAddresses(form) && !isNamed && !sample)
    return redirectTo(stepHref({ ...course, key }), holderCookie(visit))
  const sitting = isNamed ? await readSitting(visit, form, key) : undefined
  if (sitting?.done !== undefined) return redirectTo(sitting.done)
  if (sitting) return resume(visit, course, key, sitting)
  const raw = correcting?.correction.raw ?? sample?.raw ?? openedRaw(form, facts)
  const input = { key, raw }
  const { lookups } = await read(visit.deps.accept, wishOf(visit, course, input))
  return show(visit, course, input, {
    lookups,
    kept: sample ? sealSecrets(visit, form, input) : {},
    isLost: keepsSittings(form) && (visit.query.has('step') || (isNamed && !hasAddresses(form))),
  })
}

/** The page of an address inside a form: as far as what is kept allows. */
async function resume(
  visit: Visit,
  course: Opening,
  key: string,
  { fields, version, savedAt }: Sitting,
): Promise<Response> {
  const { form } = course
  const input = openPart(course, inputOf(visit, form, key, fields))
  const wish = wishOf(visit, course, input)
  const reading = await readProven(visit, wish, input)
  const { evaluation, lookups, raw, lost } = reading
  const { validators } = checksOf(visit.deps, course)
  const wanted = visit.query.get('step') ?? undefined
  const step = openStep(form, evaluation, { validators, closed: wish.closed }, wanted)
  const edition = olderEdition(form, fields)
  return show(
    visit,
    course,
    { ...input, raw },
    {
      issues: lost,
      ...step,
      lookups,
      kept: sealSecrets(visit, form, input),
      isChange: visit.query.has('change'),
      version,
      draft: { version, savedAt, said: visit.query.has('saved') ? 'saved' : 'resumed' },
      ...(edition !== undefined && renewal(visit, course, fields, edition)),
    },
  )
}

/** One POST of the form: `_action` says which button was pressed, `_look` which one of the toolbar. */
export async function roundTrip(visit: Visit, course: Course): Promise<Response> {
  const answer = await pressedAnswer(visit, course)
  const { fields, request, deps } = visit
  if (fields[LOOK])
    answer.headers.append('Set-Cookie', lookCookie(lookOf(request, fields), deps.config.baseUrl))
  return answer
}

async function pressedAnswer(visit: Visit, course: Course): Promise<Response> {
  const { deps, fields } = visit
  const { form, action } = course
  const isLook = fields[LOOK] !== undefined
  const button = isLook ? 'refresh' : (fields[ACTION]?.at(-1) ?? 'check')
  const at = fields[SCREEN]?.[0]
  const isChange = fields[CHANGE] !== undefined
  const named = fields[KEY]?.[0]
  const given = named && KEY_SHAPE.test(named) ? named : deps.newId()
  const sitting = keepsSittings(form) ? await readSitting(visit, form, given) : undefined
  const posted = inputOf(visit, form, given, postedFields(form, fields, sitting))
  const edition = olderEdition(form, fields)
  const changed =
    withChangedRows(form, button, posted) ?? (await withChangedFiles(visit, form, button, posted))
  // Its buttons may have gone, too.
  // A correction is no draft.
  const wanted = course.correcting && button === 'save' ? undefined : pressed(form, button)
  const press = wanted ?? (edition === undefined ? undefined : { kind: 'refresh' })
  if (!changed && !press) return troubleAnswer(visit, { code: 'http.unknown-button', status: 400 })
  if (press?.kind === 'reset')
    return redirectTo(form.screens ? stepHref({ action, key: given }, { step: at }) : action)
  // Nothing can have been changed on the confirmation page: pressed again, it leads where it led.
  if (press?.kind === 'submit' && at === CHECK_STEP && sitting?.done !== undefined)
    return redirectTo(sitting.done)
  const { input: withFiles, refused } = await withSentFiles(visit, form, changed ?? posted)
  const typed = agreed(form, at, press, withFiles)
  const isSending = press?.kind === 'check' || press?.kind === 'submit'
  const earlier = isSending ? await course.earlier?.(typed) : undefined
  if (earlier instanceof Response) return earlier
  // Corrected after it had been sent, on a page the browser kept: a wish of its own, not a repetition.
  const isOther = earlier === 'other' || (!isSending && sitting?.done !== undefined)
  const meant = openPart(course, isOther ? { ...typed, key: deps.newId() } : typed)
  if (isOther) await rebindFiles(visit, form, typed, meant.key)

  const wish = wishOf(visit, course, meant)
  if (press?.kind === 'press' && edition === undefined)
    return askedAnswer(visit, course, wish, { input: meant, press, screen: at, isChange, sitting })
  let reading = await readProven(visit, wish, meant)
  const asked: string[] = []
  const step = at === CHECK_STEP ? undefined : stepAt(form, reading.evaluation, at)
  if (form.screens && step && press?.kind === 'check') {
    const here = unasked(withoutClosed(reading.evaluation, wish.closed)).filter(
      ({ field }) => screenOf(reading.evaluation, field.id) === step.screen.id,
    )
    asked.push(...here.map(({ key }) => key))
    reading = await verifyAll(deps.accept, wish, reading, here)
  }
  let { evaluation, lookups } = reading
  const judging = { validators: checksOf(deps, course).validators, closed: wish.closed }
  const input = { ...meant, raw: reading.raw }
  const kept = () => (course.keepsSecrets ? sealSecrets(visit, form, input) : {})
  const toKeep = () => fieldsToKeep(visit, form, input, evaluation, kept())
  const save = (expected: number) =>
    keepDraft(visit, form, input.key, toKeep(), { expected, window: fields[WINDOW]?.[0] })
  // Files that came with the form stay as long as the draft they belong to; without one they would go within a day (R18).
  const isSaving = press?.kind === 'save'
  const isAttaching = visit.files.length > 0 && form.drafts && !course.correcting && !isSaving
  const keptWithFiles = isAttaching ? (await save(draftVersion(fields))).saved : undefined
  const attached = typeof keptWithFiles === 'object' ? keptWithFiles : undefined
  const stay = (shown: Shown) =>
    show(visit, course, input, {
      lookups,
      kept: kept(),
      screen: at,
      isChange,
      version: sitting?.version,
      draft: { version: attached?.version ?? draftVersion(fields) },
      ...shown,
    })
  const goTo = async (target: Target): Promise<Response> =>
    isKept(await keepSitting(visit, form, input.key, toKeep()))
      ? redirectTo(stepHref({ action, key: input.key }, target))
      : stay({
          mode: target.step === CHECK_STEP ? 'confirm' : 'edit',
          screen: target.step,
          isChange: target.change !== undefined,
          version: undefined,
        })
  if (edition !== undefined)
    return stay({
      ...(at === CHECK_STEP && openStep(form, evaluation, judging, at)),
      issues: [...refused, ...reading.lost],
      status: 409,
      ...renewal(visit, course, { ...sitting?.fields, ...fields }, edition),
    })
  if (isLook)
    return stay({
      issues: reading.lost,
      mode: modeAsked(fields),
      ...(at === CHECK_STEP && openStep(form, evaluation, judging, at)),
    })
  if (isSaving) {
    const expected = draftVersion(fields)
    const { saved } = await save(expected)
    if (isKept(saved))
      return redirectTo(`${stepHref({ action, key: input.key }, { step: at })}&saved=1`)
    const said = saved === 'stale' || saved === 'full' ? saved : 'too-long'
    const version = said === 'stale' ? (sitting?.version ?? 0) : expected
    return stay({ draft: { version, said, savedAt: sitting?.savedAt }, status: 409 })
  }
  if (refused.length > 0) return stay({ issues: refused, status: 422 })
  if (!isSending) {
    const target = press && stepAfter(form, evaluation, press, at)
    return target ? goTo(target) : stay({ issues: reading.lost })
  }
  const again: Again = (found, options) => {
    const screen = screenWith(form, evaluation, found, at)
    return stay({
      screen,
      issues: issuesOn(evaluation, found, screen),
      // What is wrong with a secret is typed anew, both times.
      ...(found.some((issue) => secretIds(form).has(issue.field)) && { kept: {} }),
      status: 422,
      ...options,
    })
  }
  if (step && press.kind === 'check') {
    const wrong = judged(form, evaluation, judging)
    const here = issuesOn(evaluation, wrong, step.screen.id)
    if (here.length > 0) return again(here)
    if (step.screen.ask && !press.isAsked) return stay({ mode: 'ask' })
    const next = stepAfter(form, evaluation, press, step.screen.id)
    if (next && !isChange) return goTo(next)
  }
  const acceptDeps = acceptDepsOf(deps, form, checksOf(deps, course))
  const isConfirming = press.kind === 'check' && form.confirm !== undefined
  const known = isConfirming ? reading : await unproven(visit, wish, reading, asked)
  const acceptance = await accept(acceptDeps, { ...wish, dry: course.dry || isConfirming }, known)
  const lost = takenBack(evaluation, acceptance.evaluation)
  const issues = acceptance.issues.length > 0 ? acceptance.issues : lost
  // What was compared is known by now.
  evaluation = acceptance.evaluation
  lookups = acceptance.lookups
  if (issues.length > 0) {
    const screen = screenWith(form, evaluation, issues, at)
    // What a change has opened elsewhere is asked there, not complained about.
    return press.kind === 'check' && screen !== at
      ? goTo({ step: screen, ...(isChange && { change: '' }) })
      : again(issues)
  }
  if (isConfirming)
    return form.confirm?.as === 'page' ? goTo({ step: CHECK_STEP }) : stay({ mode: 'confirm' })
  const answer = await course.finish(acceptance, input, again)
  if (answer.status < 400)
    await endSitting(visit, form, input.key, answer.headers.get('location') ?? action)
  return answer
}

/** The page on which the toolbar was pressed. */
function modeAsked(fields: Raw): FormState['mode'] {
  const mode = fields[LOOK]?.[0]?.split('.')[2]
  return mode === 'ask' || mode === 'confirm' ? mode : 'edit'
}

function isKept(saved: Awaited<ReturnType<typeof keepSitting>>): boolean {
  return typeof saved === 'object'
}

/** What was typed, and of a correction only what may be (S16). */
function openPart<T extends Pick<Input, 'raw'>>({ correcting }: Opening, input: T): T {
  return correcting ? { ...input, raw: typedInto(correcting.correction, input.raw) } : input
}

/** The form again with what its button found: the only thing is filled in at once, of several one is to be chosen. */
async function askedAnswer(
  visit: Visit,
  course: Course,
  wish: Parameters<typeof ask>[1],
  around: {
    readonly input: Input
    readonly press: Extract<Press, { kind: 'press' }>
    readonly screen: string | undefined
    readonly isChange: boolean
    readonly sitting: Sitting | undefined
  },
): Promise<Response> {
  const { input, press, screen, isChange, sitting } = around
  const before = await readProven(visit, wish, input)
  const { reading, result } = await ask(visit.deps.accept, wish, press.field, before)
  const { evaluation, lookups } = reading
  const candidates = candidatesOf(result)
  const taken = press.index ?? (candidates.length === 1 ? 0 : undefined)
  const candidate = taken === undefined ? undefined : candidates[taken]
  const field = evaluation.visible.find((one) => one.id === press.field)
  const filled = field && candidate ? filledBy(field, candidate, evaluation) : {}
  const state = !result ? 'needs' : candidate ? taken : undefined
  const raw = { ...input.raw, ...filled }
  return show(
    visit,
    course,
    { ...input, raw },
    {
      lookups,
      kept: course.keepsSecrets ? sealSecrets(visit, course.form, input) : {},
      screen,
      isChange,
      version: sitting?.version,
      ...(state !== undefined && { pressed: { [press.field]: state } }),
    },
  )
}

function renewal(visit: Visit, { form, facts }: Opening, fields: Raw, edition: string) {
  return { renewed: { homeless: homelessAnswers(visit, { form, facts, fields, edition }) } }
}

/** Answers as they are; secrets and what comparisons gave sealed as they would stand in the page. */
function fieldsToKeep(
  visit: Visit,
  form: Form,
  { key, raw }: Input,
  evaluation: Evaluation,
  kept: FormState['kept'],
): Raw {
  const proofs = proofsOf(visit, form, key, evaluation)
  const sealed = [
    ...Object.entries(kept).map(([id, text]) => [`${KEPT}${id}`, [text]] as const),
    ...Object.entries(proofs).map(([id, text]) => [`${PROOF}${id}`, [text]] as const),
  ]
  return {
    ...withoutSecrets(form, raw),
    ...Object.fromEntries(sealed),
    [FORM]: [editionOf(form)],
  }
}
