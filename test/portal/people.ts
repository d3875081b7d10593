import {
  hiddenInputs,
  plain,
  type Answer,
  type Fields,
  type TestPortal,
  type Visitor,
} from './portal.ts'

/** Answers of people in the scenarios: everything right unless a test changes it. */
const common = {
  lastName: '見本',
  firstName: '花子',
  phone: '0312345678',
  password: 'Abcdefg1',
  passwordConfirm: 'Abcdefg1',
  agreeTerms: 'true',
}
export const judo = {
  ...common,
  facilityType: 'judo',
  regPrefix: '契',
  regDigits9: '012345678',
  email: 'judo@example.jp',
}
export const ahaki = {
  ...common,
  facilityType: 'ahaki',
  regDigits10: '0123456789',
  email: 'ahaki@example.jp',
}
export const checkup = {
  ...common,
  facilityType: 'checkup',
  prefecture: '13',
  facilityCode7: '0123456',
  email: 'checkup@example.jp',
}
export const midwifery = { ...checkup, facilityType: 'midwifery', email: 'midwifery@example.jp' }

export const REGISTER = '/treatment/register'

/** Opens the form and sends it with a button, as the page asks for it. */
export async function sendForm(
  visitor: Visitor,
  path: string,
  fields: Fields,
  button: 'refresh' | 'check' | 'submit' = 'check',
): Promise<Answer> {
  const page = await visitor.get(path)
  const { _key = '' } = hiddenInputs(page.html)
  return visitor.post(path, { ...fields, _key, _action: button })
}

/** The confirmation page's OK or キャンセル with everything it carries. */
export function answerConfirmation(
  visitor: Visitor,
  path: string,
  confirmation: Answer,
  button: 'submit' | 'edit',
): Promise<Answer> {
  return visitor.post(path, { ...hiddenInputs(confirmation.html), _action: button })
}

/** Registers up to the page "mail sent"; the way of a browser without JavaScript. */
export async function register(visitor: Visitor, fields: Fields): Promise<Answer> {
  const confirmation = await sendForm(visitor, REGISTER, fields)
  if (confirmation.status !== 200) return confirmation
  return answerConfirmation(visitor, REGISTER, confirmation, 'submit')
}

/** Path of the one-time link in the newest mail to an address. */
export async function linkIn(portal: TestPortal, to: string): Promise<string> {
  await portal.settle()
  const mail = (await portal.mails()).find((candidate) => candidate.to === to)
  const url = /http:\/\/localhost:3000(\/\S+\/links\/[\w-]+)/.exec(mail?.text ?? '')?.[1]
  if (!url) throw new Error(`no link in a mail to ${to}`)
  return url
}

/** Opens the link and presses its button; gives the page that is reached. */
export async function useLink(visitor: Visitor, path: string): Promise<Answer> {
  const page = await visitor.get(path)
  if (page.status !== 200) return page
  return follow(visitor, await visitor.post(path, hiddenInputs(page.html)))
}

export async function follow(visitor: Visitor, answer: Answer): Promise<Answer> {
  return answer.status === 303 ? visitor.get(answer.location) : answer
}

/** Registers and activates. */
export async function createAccount(portal: TestPortal, fields: Fields & { email: string }) {
  const visitor = portal.visitor()
  const sent = await register(visitor, fields)
  if (sent.status !== 303) throw new Error(`not accepted: ${plain(sent.html)}`)
  const reached = await useLink(visitor, await linkIn(portal, fields.email))
  await portal.settle()
  return { visitor, reached }
}

export function logIn(
  visitor: Visitor,
  username: string,
  password = common.password,
): Promise<Answer> {
  return sendForm(visitor, '/treatment/login', { username, password })
}

/** The account of these answers, logged in. */
export async function registeredMember(
  portal: TestPortal,
  fields: Fields & { email: string },
): Promise<Visitor> {
  await createAccount(portal, fields)
  const member = portal.visitor()
  await logIn(member, fields.email)
  return member
}

/**
 * Goes on with what was set aside: logs in on the page that says so, and gives the address that leads back. `answer`: that of
 * a page posted after the session had ended.
 */
export async function logInToGoOn(
  visitor: Visitor,
  answer: Answer,
  email: string,
): Promise<string> {
  const login = await visitor.get(answer.location)
  if (!plain(login.html).includes('入力した内容はお預かりしています'))
    throw new Error('The page does not say that anything was kept')
  const inside = await visitor.post(answer.location, {
    ...hiddenInputs(login.html),
    ...{ username: email, password: common.password },
    _action: 'submit',
  })
  return inside.location
}
