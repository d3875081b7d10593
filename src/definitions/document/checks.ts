import type { JsonSchema } from '../../form/form.ts'
import { isObject } from '../allowed.ts'
import { checkTest } from '../check-use.ts'
import { DOCUMENT_PLACEHOLDERS, type DocumentDraft, type DocumentUse } from './document.ts'
import type { Situation } from '../mail/checks.ts'
import type { Report } from '../problems.ts'
import { canBeEmpty } from '../proofs/empty.ts'
import { findRef, refsIn, reportUnknown, type Known } from '../refs.ts'
import { suggest } from '../values.ts'
import type { DocumentStep } from '../../workflow/workflow.ts'
import type { WorkflowScope } from '../workflow/scope.ts'
import { missedIn } from '../workflow/ways.ts'

type Names = ReadonlyMap<string, Known>

/**
 * Holds a document against each situation in which this step issues it: whatever it prints or compares must be there, and what
 * can be empty says what is printed then. `missed`: as `missedBefore` says.
 */
export function checkDocument(
  { uses, parsed }: DocumentDraft,
  situations: readonly Situation[],
  { step, missed }: { readonly step: DocumentStep; readonly missed: ReadonlySet<string> },
  { forms, isSound, report }: WorkflowScope,
): void {
  for (const use of uses)
    for (const { names } of situations) if (!checkUse(use, withItems(use, names), report)) break
  // Proofs mean something only of files without mistakes.
  if (![parsed, ...forms.map((form) => form.parsed)].every(({ root }) => isSound(root.at))) return
  for (const use of uses) {
    if (!use.isPrinted || use.isCovered) continue
    const [first = ''] = use.ref.split('.')
    const given = step.with[first]
    const giver = missedIn(typeof given === 'string' ? given : use.ref, missed)
    const gap = situations.find(({ names }) => canBeEmpty(use.ref, withItems(use, names)))
    if (giver !== undefined) report('placeholder.missed', use.at, { name: use.ref, giver })
    else if (gap) report('document.empty', use.at, { name: use.ref, form: gap.form })
  }
}

/** False after a report. */
function checkUse(use: DocumentUse, names: Names, report: Report): boolean {
  const found = findRef(use.ref, names)
  if (use.isPrinted && !isPrintable(use.ref, names)) {
    const printable = refsIn(names).filter((ref) => isPrintable(ref, names))
    const offered = [...printable, ...DOCUMENT_PLACEHOLDERS]
    // Of something that is there, its own parts are what was meant.
    const [first = ''] = use.ref.split('.')
    const parts = offered.filter((ref) => ref.startsWith(`${first}.`))
    report('document.placeholder', use.at, suggest(use.ref, parts.length > 0 ? parts : offered))
    return false
  }
  if (use.isPrinted) return true
  if (!found || !('known' in found)) {
    reportUnknown(use, found, refsIn(names), report)
    return false
  }
  if (found.known.isSecret || found.known.isPrivate) {
    report('ref.secret', use.at, { name: use.ref })
    return false
  }
  checkTest(use, found.known, report)
  return true
}

/** A sealed value is opened for its own document and for nothing else. */
function isPrintable(ref: string, names: Names): boolean {
  if (DOCUMENT_PLACEHOLDERS.includes(ref)) return true
  const found = findRef(ref, names)
  if (!found || !('known' in found)) return false
  const { schema, isSecret, isPrivate, isTransient } = found.known
  if (schema['x-sealed'] === true) return true
  if (isSecret || isPrivate || isTransient || schema.type === 'object') return false
  return !(schema.type === 'array' && isObject(schema.items) && schema.items.type === 'object')
}

function withItems(use: DocumentUse, names: Names): Names {
  let known = names
  for (const { as, of } of use.items) {
    const found = findRef(of, known)
    const schema = found && 'known' in found ? found.known.schema : {}
    const item: JsonSchema = isObject(schema.items) ? schema.items : {}
    known = new Map([...known, [as, { schema: item }]])
  }
  return known
}
