import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { samplesOf, type Known, type Sample } from '../../src/form/sample/sample.ts'
import { sampleFacilities } from '../../src/master/sample-rows.ts'
import { answerConfirmation, follow, REGISTER } from './people.ts'
import { hiddenInputs, openTestPortal, plain, type TestPortal } from './portal.ts'

/** What the definitions give as samples is what the running portal takes and refuses. */
let portal: TestPortal
let known: readonly Known[]
beforeAll(async () => {
  portal = await openTestPortal()
  known = await sampleFacilities('forms/sample-facilities.csv')
})
afterAll(() => portal.close())

function samples(form: string): readonly Sample[] {
  const found = portal.definitions().forms[form]
  if (!found) throw new Error(`there is no form ${form}`)
  return samplesOf(found, { known })
}

/** The verdict of the real portal: field and code of each issue. */
async function issuesOf(form: string, { answers }: Sample): Promise<readonly string[]> {
  const { status, body } = await portal.visitor().json(`/api/v1/${form}/check`, { answers })
  if (status === 200) return []
  expect(status).toBe(422)
  const { issues } = body as { issues: readonly { field: string; code: string }[] }
  return issues.map(({ field, code }) => `${field} ${code}`)
}

describe.each(['treatment/registration', 'treatment/login', 'treatment/password'])('%s', (form) => {
  test('takes every right sample', async () => {
    const right = samples(form).filter(({ kind }) => kind !== 'invalid')
    expect(right.length).toBeGreaterThan(0)
    for (const sample of right)
      expect([sample.choice, sample.kind, await issuesOf(form, sample)]).toEqual([
        sample.choice,
        sample.kind,
        [],
      ])
  })

  test('answers every wrong sample with the issue it is made for, and no other of a field', async () => {
    const wrong = samples(form).filter(({ kind }) => kind === 'invalid')
    expect(wrong.length).toBeGreaterThan(0)
    for (const sample of wrong) {
      const { field, rule, code } = sample.breaks ?? { field: '', rule: '', code: '' }
      const issues = await issuesOf(form, sample)
      expect([field, rule, issues]).toEqual([
        field,
        rule,
        expect.arrayContaining([`${field} ${code}`]),
      ])
      // A wrong part of a number is also a number that nobody has.
      expect(issues.filter((issue) => !issue.endsWith(' lookup.missing')).length).toBeLessThan(2)
    }
  })
})

test('every choice of the registration has its samples, and every rule its wrong one', () => {
  const all = samples('treatment/registration')
  const choices = Object.keys(
    portal.definitions().forms['treatment/registration']?.variants ?? {},
  ).filter((choice) => choice !== '')
  for (const kind of ['minimal', 'full'] as const)
    expect(all.filter((sample) => sample.kind === kind).map(({ choice }) => choice)).toEqual(
      choices,
    )
  // Too short, too long, characters of no keyboard, and one for each kind of characters a password must have.
  expect(all.filter(({ breaks }) => breaks?.field === 'password').length).toBe(7)
  const rules = all.flatMap(({ breaks }) => (breaks ? [`${breaks.field} ${breaks.rule}`] : []))
  expect(rules).toEqual(
    expect.arrayContaining([
      'lastName required',
      'lastName maxLength',
      'regPrefix required',
      'regPrefix enum',
      'regDigits9 pattern',
      'regDigits9 not-found',
      'facilityCode7 elsewhere',
      'phone pattern',
      'email pattern',
      'email maxLength',
      'password minLength',
      'password maxLength',
      'password pattern',
      'passwordConfirm repeat',
      'agreeTerms required',
    ]),
  )
})

test('the same form gives the same samples, and another facility goes first when asked for', async () => {
  expect(samples('treatment/registration')).toEqual(samples('treatment/registration'))
  const other = await sampleFacilities('forms/sample-facilities.csv', 'J-0002')
  const form = portal.definitions().forms['treatment/registration']
  const first = form && samplesOf(form, { known: other })[0]
  expect(first?.answers).toMatchObject({ regPrefix: '協', regDigits9: '400034711' })
})

test('in development a form page fills itself with sample data, down to a sent registration', async () => {
  const visitor = portal.visitor()
  const empty = await visitor.get(REGISTER)
  expect(plain(empty.html)).toContain('見本を入力：助産所')
  const filled = await visitor.get(`${REGISTER}?sample=midwifery`)
  expect(filled.status).toBe(200)
  expect(filled.html).not.toContain('Abcdefg1')
  const fields = typedIn(filled.html)
  const confirmation = await visitor.post(REGISTER, { ...fields, _action: 'check' })
  expect(plain(confirmation.html)).toContain('入力内容確認')
  const sent = await answerConfirmation(visitor, REGISTER, confirmation, 'submit')
  expect(plain((await follow(visitor, sent)).html)).toContain('確認メール')
})

test('an address that asks for samples nobody offers gives the empty form', async () => {
  const page = await portal.visitor().get(`${REGISTER}?sample=nothing`)
  expect(page.status).toBe(200)
  expect(typedIn(page.html)).not.toHaveProperty('lastName')
})

/** What a browser would send of a form that is filled in already. */
function typedIn(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input\b[^>]*>/g)].map(([tag]) => tag)
  const value = (tag: string, name: string) =>
    new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  const sent = inputs.filter(
    (tag) => !/type="?(?:radio|checkbox)/.test(tag) || /\schecked\b/.test(tag),
  )
  const selected = [...html.matchAll(/<select\b[^>]*name="([^"]*)"[\s\S]*?<\/select>/g)].map(
    ([whole, name = '']) => {
      const option = /<option\b[^>]*\sselected\b[^>]*>/.exec(whole)?.[0] ?? ''
      return [name, value(option, 'value')]
    },
  )
  const typed = sent.map((tag) => [value(tag, 'name'), value(tag, 'value')])
  const all = [...typed, ...selected].filter(([name, text]) => name !== '' && text !== '')
  return { ...Object.fromEntries(all), ...hiddenInputs(html) }
}
