import type { Answers, Json, JsonObject } from '../form/form.ts'
import type { Actor, Event } from './submission.ts'

/** One return for correction and what came back. */
export type Round = {
  readonly number: number
  readonly returnedAt: string
  readonly returnedBy: Actor
  readonly action: string
  /** What the office wrote in the form of that action. */
  readonly answers: Answers
  readonly fields: readonly string[]
  /** undefined: it has not come back. */
  readonly correctedAt?: string
  readonly changes: readonly Change[]
}
/** An answer before and after a correction; undefined: there was none. */
export type Change = {
  readonly field: string
  readonly before: Json | undefined
  readonly after: Json | undefined
}

/** All rounds of correction, oldest first, made of the events of a submission alone. */
export function roundsOf(events: readonly Event[]): readonly Round[] {
  const rounds: Round[] = []
  let answers: { [id: string]: Json } = {}
  for (const { kind, at, actor, data } of events) {
    if (kind === 'submitted') answers = { ...(data.answers as JsonObject) }
    if (kind !== 'acted') continue
    const { fields, changes } = data
    if (Array.isArray(fields) && fields.length > 0)
      rounds.push({
        number: rounds.length + 1,
        returnedAt: at,
        returnedBy: actor,
        action: String(data.action),
        answers: (data.answers ?? {}) as Answers,
        fields: fields.map(String),
        changes: [],
      })
    if (changes === undefined) continue
    const found = changesBetween(answers, changes as JsonObject)
    answers = { ...answers, ...(changes as JsonObject) }
    const last = rounds.pop()
    if (last) rounds.push({ ...last, correctedAt: at, changes: found })
  }
  return rounds
}

function changesBetween(answers: JsonObject, changes: JsonObject): readonly Change[] {
  return Object.entries(changes).flatMap(([field, value]) => {
    const [before, after] = [answers[field] ?? undefined, value ?? undefined]
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ field, before, after }]
  })
}
