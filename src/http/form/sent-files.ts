import { attachmentFields, removeFile, takeFile } from '../../files/attachments.ts'
import { handleOf, readHandle } from '../../form/attachments.ts'
import type { Form, Issue } from '../../form/form.ts'
import { moveFiles } from '../../store/files.ts'
import type { Input } from './inputs.ts'
import type { Visit } from '../route.ts'
import { ownerOf } from './file-owner.ts'

/**
 * Files without script: those chosen come with the form, whatever button was pressed, and are taken at once; from then on
 * the form carries them as hidden inputs. `attach:<field>` only sends them, `detach:<field>.<file>` takes one out.
 */
export async function withSentFiles(
  visit: Visit,
  form: Form,
  input: Input,
): Promise<{ readonly input: Input; readonly refused: readonly Issue[] }> {
  const { deps, files, address } = visit
  const refused: Issue[] = []
  const raw: Record<string, readonly string[]> = { ...input.raw }
  for (const sent of files) {
    const field = attachmentFields(form).find(({ id }) => id === sent.field)
    if (!field) continue
    const owner = ownerOf(visit, input.key)
    const taken = await takeFile(deps.attachments, { owner, field, address }, sent)
    if (taken === 'gone') continue
    if ('issue' in taken) refused.push(taken.issue)
    else raw[field.id] = [...(raw[field.id] ?? []), handleOf(taken.file, taken.state)]
  }
  return { input: { ...input, raw }, refused }
}

/** A visitor's files belong to the key of their sitting: when the input gets another one, they go with it. */
export async function rebindFiles(
  visit: Visit,
  form: Form,
  input: Input,
  key: string,
): Promise<void> {
  const { draftId, accountId } = ownerOf(visit, input.key)
  const hasFiles = attachmentFields(form).some(({ id }) => (input.raw[id]?.length ?? 0) > 0)
  if (!hasFiles || accountId !== undefined) return
  await visit.deps.store.write((tx) => moveFiles(tx, draftId, key))
}

/** The input after the button of a file was pressed; undefined: it was another button. */
export async function withChangedFiles(
  visit: Visit,
  form: Form,
  button: string,
  input: Input,
): Promise<Input | undefined> {
  const [, change, id = '', file] =
    /^(attach|detach):([A-Za-z0-9]+)(?:\.([0-9a-f]{32}))?$/.exec(button) ?? []
  const field = attachmentFields(form).find((one) => one.id === id)
  if (!field || (change === 'detach') !== (file !== undefined)) return undefined
  if (file === undefined) return input
  await removeFile(visit.deps.attachments, file, ownerOf(visit, input.key))
  const rest = (input.raw[id] ?? []).filter((value) => readHandle(value)?.id !== file)
  return { ...input, raw: { ...input.raw, [id]: rest } }
}
