import { Ajv2020 } from 'ajv/dist/2020.js'
import { evaluate, type Evaluation } from '../../src/form/evaluate.ts'
import type { Raw } from '../../src/form/form.ts'
import { formSchema } from '../../src/form/schema.ts'
import { validate } from '../../src/form/validate.ts'
import { compileChecks } from '../form/fixture.ts'
import { callsPerSecond, inTurn, type Benchmark, type Figure, type Scale } from './figures.ts'
import { largePageFigures } from './large-page.ts'
import { largeForm, rightAnswers, wrongAnswers } from './large-form.ts'

/** The verdict on a form of 500 fields, 200 of them conditional, beside Ajv with the form's own complete schema. */
export const formLargeBenchmark: Benchmark = {
  about: 'a form of 500 fields, 200 of them conditional, beside Ajv as it comes',
  run,
}

const ROUNDS = { full: 21, once: 1 } as const
const MS = { full: 100, once: 1 } as const

async function run(scale: Scale): Promise<readonly Figure[]> {
  const form = await largeForm()
  const checks = await compileChecks({ [form.id]: form })
  try {
    const validators = checks.validators[form.id]
    if (!validators) throw new Error('the form has no checks')
    const raw = new Ajv2020({ strict: false, allErrors: true }).compile(formSchema(form))
    const judge = (evaluation: Evaluation) => validate(form, evaluation, validators).length
    const read = (typed: Raw) => evaluate(form, { raw: typed, facts: {}, lookups: {} })
    const compare = async (what: string, typed: Raw, mistakes: number): Promise<Figure> => {
      const evaluation = read(typed)
      if (judge(evaluation) !== mistakes || raw(evaluation.answers) !== (mistakes === 0))
        throw new Error(`${what}: the two do not agree`)
      const rate = (call: () => unknown) => () => callsPerSecond(call, MS[scale])
      const result = await inTurn(
        ROUNDS[scale],
        rate(() => judge(evaluation)),
        rate(() => raw(evaluation.answers)),
      )
      const limit = { what: 'Ajv', value: result.limit, ratio: result.ratio }
      return { what, unit: '/s', ours: result.ours, limit, aim: { of: 'ratio', atLeast: 0.95 } }
    }
    const right = rightAnswers()
    const changed = { ...right, name0: ['見本 花子'] }
    const readings = callsPerSecond((index) => read(index % 2 === 0 ? right : changed), MS[scale])
    return [
      await compare('valid answers', right, 0),
      await compare('answers with ten mistakes', wrongAnswers(), 10),
      { what: 'from what was typed to what is shown', unit: '/s', ours: readings },
      ...(await largePageFigures(form, scale)),
    ]
  } finally {
    await checks.close()
  }
}
