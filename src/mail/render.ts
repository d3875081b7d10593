import type { Definitions } from '../definitions/definitions.ts'
import { assert, Fault } from '../fault.ts'
import type { Locale, Text } from '../form/form.ts'
import type { Message } from '../plugins/contract.ts'
import { isMailAddress } from './address.ts'
import { fillHtml, fillText, oneLine, type MailValues } from './fill.ts'

export type MailRequest = {
  /** The set of definitions the submission began with. */
  readonly definitions: Pick<Definitions, 'mails' | 'portals'>
  readonly portal: string
  /** Name of a mail in `definitions.mails`. */
  readonly template: string
  readonly locale: Locale
  /** Exactly one plain address. */
  readonly to: string
  /** Answers, `number` and the step's `with`, as text. The platform's own placeholders win over them. */
  readonly values: MailValues
  /** Complete address of the one-time link, below `baseUrl`. */
  readonly link?: string
  /** The same for every attempt: gives the Message-ID. */
  readonly jobId: string
  readonly at: Date
  readonly baseUrl: string
}

/**
 * Makes the message of one job out of its definition. Pure: the same request gives the same message.
 * Throws a Fault that no repetition can cure when the recipient is not one plain address (S29), and a Bug when the
 * definition is not there or a link is wanted and missing.
 */
export function renderMail(request: MailRequest): Message {
  const { definitions, template, locale, to, jobId, at, baseUrl, link } = request
  const mail = definitions.mails[template]
  const portal = definitions.portals[request.portal]
  assert(mail, `There is no mail '${template}'`)
  assert(portal, `There is no portal '${request.portal}'`)
  assert(/^[\w-]+$/.test(jobId), 'A job id holds letters, digits, - and _ only')
  if (!isMailAddress(to))
    throw new Fault('mail.address', 'The recipient is not one plain mail address')
  if (mail.placeholders.includes('link'))
    assert(link?.startsWith(`${baseUrl}/`), `The mail '${template}' needs a link below BASE_URL`)

  const { name: senderName, address: sender } = portal.operator.sender
  const values: MailValues = {
    ...request.values,
    to,
    link: link ?? '',
    'portal.title': say(portal.title, locale),
    'portal.url': `${baseUrl}/${portal.id}`,
    'operator.name': say(portal.operator.name, locale),
    'operator.phone': portal.operator.phone,
    'operator.mail': portal.operator.mail,
    'sender.name': senderName,
    contactHours: say(portal.contactHours, locale),
  }
  return {
    from: { name: oneLine(senderName), address: sender },
    to,
    subject: oneLine(fillText(say(mail.subject, locale), values)).trim(),
    text: fillText(say(mail.text, locale), values),
    html: fillHtml(say(mail.html, locale), values),
    messageId: `<${jobId}@${sender.slice(sender.lastIndexOf('@') + 1)}>`,
    date: at.toISOString(),
  }
}

function say(text: Text, locale: Locale): string {
  return text[locale] ?? text.ja
}
