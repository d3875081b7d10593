import type { WantedLookup } from '../../src/form/evaluate.ts'
import type { LookupResult } from '../../src/form/form.ts'
import { askLookup } from '../api.ts'

/** Milliseconds without a further change before a lookup is asked. */
const PAUSE_MS = 300

export type LookupAsker = {
  /** Asks what is wanted now, after a pause; drops questions nobody asks any more. */
  want(wanted: readonly WantedLookup[]): void
  /** Asks all that is wanted at once and waits for it. */
  settle(wanted: readonly WantedLookup[]): Promise<void>
}

type Question = { readonly key: string; readonly abort: AbortController; timer: number | undefined }

/**
 * Live lookups: one question per field at a time, outdated ones cancelled, so that a late answer to an old question never
 * shows. `learn` gets each answer with its key.
 */
export function createLookups(
  api: string,
  learn: (key: string, result: LookupResult, fieldId: string) => void,
): LookupAsker {
  const open = new Map<string, Question>()

  const drop = (fieldId: string) => {
    const question = open.get(fieldId)
    if (!question) return
    window.clearTimeout(question.timer)
    question.abort.abort()
    open.delete(fieldId)
  }
  const ask = async ({ field, key, inputs }: WantedLookup, question: Question) => {
    const result = await askLookup(api, field.id, inputs, question.abort.signal)
    if (open.get(field.id) !== question) return
    open.delete(field.id)
    if (result) learn(key, result, field.id)
  }
  const begin = (wanted: WantedLookup): Question => {
    drop(wanted.field.id)
    const question: Question = { key: wanted.key, abort: new AbortController(), timer: undefined }
    open.set(wanted.field.id, question)
    return question
  }
  return {
    want(wanted) {
      for (const fieldId of open.keys())
        if (!wanted.some((one) => one.field.id === fieldId)) drop(fieldId)
      for (const one of wanted) {
        if (api === '' || open.get(one.field.id)?.key === one.key) continue
        const question = begin(one)
        question.timer = window.setTimeout(() => void ask(one, question), PAUSE_MS)
      }
    },
    async settle(wanted) {
      if (api === '') return
      await Promise.all(wanted.map((one) => ask(one, begin(one))))
    },
  }
}
