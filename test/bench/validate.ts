import { evaluate, type Evaluation } from '../../src/form/evaluate.ts'
import type { Form, Lookups, Raw } from '../../src/form/form.ts'
import { validate } from '../../src/form/validate.ts'
import { compileChecks, found, REGISTRATION, rights, shippedForms } from '../form/fixture.ts'
import { callsPerSecond, inTurn, type Benchmark, type Figure, type Scale } from './figures.ts'
import { compileByHand, isSamePassword, readByHand } from './hand-written/schema.ts'

/** The checks of a form's answers beside Ajv with a schema written by hand. */
export const validateBenchmark: Benchmark = {
  about: 'verdicts on the registration form beside Ajv with a schema written by hand',
  run,
}

type Case = {
  readonly raw: Raw
  readonly lookups: Lookups
  /** What our checks are given. */
  readonly evaluation: Evaluation
  /** What the schema written by hand is given. */
  readonly answers: { readonly [name: string]: unknown }
}

/** Mistakes people make; of the codes only the one that the type has. */
const WRONG: Raw = {
  lastName: [''],
  phone: ['090-1234'],
  email: ['taro.example'],
  password: ['abcdefgh'],
  passwordConfirm: ['abcdefgi'],
  agreeTerms: [],
  regDigits9: ['01234'],
  regDigits10: ['01234'],
  facilityCode7: ['01234'],
}

async function run(scale: Scale): Promise<readonly Figure[]> {
  const forms = await shippedForms()
  const checks = await compileChecks(forms)
  try {
    const form = forms[REGISTRATION]
    const validators = checks.validators[REGISTRATION]
    if (!form || !validators) throw new Error(`no form ${REGISTRATION}`)
    const byHand = compileByHand()
    const judge = ({ evaluation }: Case) => validate(form, evaluation, validators).length === 0
    const judgeByHand = ({ answers }: Case) => byHand(answers) && isSamePassword(answers)
    const read = ({ raw, lookups }: Case) =>
      judge({ raw, lookups, answers: {}, evaluation: evaluate(form, { raw, facts: {}, lookups }) })
    const readAndJudgeByHand = ({ raw }: Case) => {
      const answers = readByHand(raw)
      return byHand(answers) && isSamePassword(answers)
    }

    const valid = Object.values(rights).map((raw) => caseOf(form, raw))
    const invalid = Object.values(rights).map((raw) => caseOf(form, { ...raw, ...mistakes(raw) }))
    agree(valid, [judge, judgeByHand, read, readAndJudgeByHand], true)
    agree(invalid, [judge, judgeByHand, read, readAndJudgeByHand], false)

    const aim = { of: 'ratio', atLeast: 0.8 } as const
    return [
      await compare('valid answers', scale, valid, judge, judgeByHand, aim),
      await compare('answers with seven mistakes', scale, invalid, judge, judgeByHand, aim),
      await compare('valid, from what was typed', scale, valid, read, readAndJudgeByHand),
    ]
  } finally {
    await checks.close()
  }
}

type Judge = (given: Case) => boolean

/** A contest counts only between two who give the same verdicts. */
function agree(cases: readonly Case[], judges: readonly Judge[], verdict: boolean): void {
  for (const given of cases)
    for (const judge of judges)
      if (judge(given) !== verdict)
        throw new Error(`not ${verdict ? 'right' : 'wrong'}: ${JSON.stringify(given.answers)}`)
}

async function compare(
  what: string,
  scale: Scale,
  cases: readonly Case[],
  ours: Judge,
  byHand: Judge,
  aim?: Figure['aim'],
): Promise<Figure> {
  const [rounds, ms] = scale === 'full' ? [31, 100] : [1, 1]
  const rate = (judge: Judge) => () =>
    callsPerSecond((index) => judge(cases[index % cases.length] as Case), ms)
  const { ours: value, limit, ratio } = await inTurn(rounds, rate(ours), rate(byHand))
  return { what, unit: '/s', ours: value, limit: { what: 'by hand', value: limit, ratio }, aim }
}

function mistakes(right: Raw): Raw {
  return Object.fromEntries(Object.entries(WRONG).filter(([id]) => id in right))
}

function caseOf(form: Form, raw: Raw): Case {
  const { wanted } = evaluate(form, { raw, facts: {}, lookups: {} })
  const lookups = Object.fromEntries(wanted.map(({ key, inputs }) => [key, found(inputs)]))
  return {
    raw,
    lookups,
    evaluation: evaluate(form, { raw, facts: {}, lookups }),
    answers: readByHand(raw),
  }
}
