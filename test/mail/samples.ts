import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Definitions, Mail, Portal } from '../../src/definitions/definitions.ts'
import { compileMailBody, compileMailText } from '../../src/definitions/mail/body.ts'
import { placeholdersIn } from '../../src/definitions/placeholders.ts'
import { renderMail, type MailRequest } from '../../src/mail/render.ts'
import type { Call, EffectResult, Message, Plugin } from '../../src/plugins/contract.ts'
import type { JsonObject } from '../../src/form/form.ts'

export const folder = join(import.meta.dirname, '../../workflows/mails')
export const baseUrl = 'https://portal.example.jp'
export const link = `${baseUrl}/treatment/links/Zk3vQ8n1y5Yc0tXh2mBz4LrPq9sWd7uFg6Je_KxNaVo`

export type MailFile = { mail: string; subject: string; text: string; body: string }
type Sources = Pick<Definitions, 'mails' | 'portals'>

export async function readMailFiles(): Promise<{
  files: MailFile[]
  layout: string
  textLayout: string
}> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'))
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  return {
    files: await Promise.all(names.map(async (name) => parse(await read(name)) as MailFile)),
    layout: await read('layout.mjml'),
    textLayout: await read('layout.txt'),
  }
}

/** The project's own mails, compiled, and its treatment portal. */
export async function mailDefinitions(): Promise<Sources> {
  const { files, layout, textLayout } = await readMailFiles()
  const mails = await Promise.all(
    files.map(async ({ mail, subject, text, body }): Promise<[string, Mail]> => {
      const { html } = await compileMailBody(layout, body)
      const whole = compileMailText(textLayout, text)
      const placeholders = [subject, whole, html].flatMap((one) =>
        placeholdersIn(one).map(({ name }) => name),
      )
      return [
        mail,
        {
          id: mail,
          subject: { ja: subject },
          text: { ja: whole },
          html: { ja: html },
          placeholders,
        },
      ]
    }),
  )
  return { mails: Object.fromEntries(mails), portals: { treatment: portal } }
}

export const portal: Portal = {
  id: 'treatment',
  title: { ja: '施術所等向け総合ポータルサイト' },
  languages: ['ja'],
  operator: {
    name: { ja: 'サンプル運営機構' },
    phone: '0800-000-0000',
    mail: 'contact@example.jp',
    sender: { name: '総合ポータルサイト', address: 'from@mail.example.jp' },
  },
  memberName: [],
  menu: { visitor: [], account: [] },
  contactHours: { ja: '月曜日～金曜日 8:00～18:00' },
  tiles: [],
  footer: [],
  catalogue: [],
  lists: [],
  facilityTypes: [],
}

export function request(definitions: Sources, over: Partial<MailRequest> = {}): MailRequest {
  return {
    definitions,
    portal: 'treatment',
    template: 'activation',
    locale: 'ja',
    to: 'mihon@clinic.example.jp',
    values: {
      lastName: '見本',
      firstName: '太郎',
      number: 'R7K4-92QX',
      email: 'new@example.jp',
      'account.lastName': '見本',
      'account.firstName': '太郎',
      deviceCount: '2台',
      'return.message': '通知書の日付が読めません。',
      'reject.reason': '別の施設の通知書でした。',
    },
    link,
    jobId: 'job-1',
    at: new Date('2026-04-01T00:00:00.000Z'),
    baseUrl,
    ...over,
  }
}

export const activation = (definitions: Sources, over: Partial<MailRequest> = {}): Message =>
  renderMail(request(definitions, over))

/** Starts a plugin and gives its `mail.send`. */
export async function startMail(
  plugin: Plugin,
  config: JsonObject,
  hostFolder?: string,
): Promise<{
  send: (message: Message, over?: Partial<Call>) => Promise<EffectResult>
  stop: () => Promise<void>
}> {
  const started = await plugin.start(config, {
    log: () => undefined,
    now: () => new Date('2026-04-01T00:00:00.000Z'),
    ...(hostFolder !== undefined && { folder: hostFolder }),
  })
  const perform = started.effects?.['mail.send']
  if (!perform) throw new Error('The plugin does not perform mail.send')
  return {
    send: (message, over) =>
      perform(message, {
        idempotencyKey: message.messageId.slice(1, message.messageId.indexOf('@')),
        signal: AbortSignal.timeout(20_000),
        ...over,
      }),
    stop: async () => started.stop?.(),
  }
}

const LINE_ENDS = ['\r\n', '\n', '\r', '\r\n\r\n', '\u0000', '\u2028', '\u0085', '%0d%0a', '\\r\\n']
const ATTACKS = [
  'Bcc: thief@evil.example',
  'To: thief@evil.example',
  'Cc: "A" <thief@evil.example>',
  'Subject: forged',
  'Content-Type: text/html',
  'Reply-To: thief@evil.example',
  '.',
  'RCPT TO:<thief@evil.example>',
  'DATA',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '{{link}}',
  '{{operator.phone}}',
  '{{{body}}}',
  '=?utf-8?B?QmNjOiB0aGllZkBldmlsLmV4YW1wbGU=?=',
  '</td></table><a href="https://evil.example">x</a>',
  '$& $1 $$',
  '&lt;b&gt; &#x3c;b&#x3e;',
  '--boundary--',
  'thief@evil.example, other@evil.example',
  '<!-- x --> <![CDATA[x]]>',
  '__proto__ constructor',
  '${process.env.HOME} #{7*7} <%= 7*7 %>',
]

/** Texts a hostile person could type as a name: 24 attacks behind 9 kinds of line end. */
export const hostileTexts: readonly string[] = LINE_ENDS.flatMap((end) =>
  ATTACKS.map((attack) => `山田${end}${attack}`),
)

const NOT_IN_ADDRESS = [
  '"',
  '(',
  ')',
  ',',
  ':',
  ';',
  '<',
  '>',
  '[',
  ']',
  '\\',
  ' ',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\u0000',
  '\u007f',
  '\u0085',
  '\u2028',
  '\u00a0',
  '\u3000',
  '＠',
  '。',
  'ａ',
  'é',
  '\u202e',
]
const AROUND = (bad: string): string[] => [
  `${bad}mihon@example.jp`,
  `mi${bad}hon@example.jp`,
  `mihon${bad}@example.jp`,
  `mihon@${bad}example.jp`,
  `mihon@exam${bad}ple.jp`,
  `mihon@example.jp${bad}`,
  `mihon@example.jp${bad}Bcc: thief@evil.example`,
  `mihon@example.jp${bad}thief@evil.example`,
  `${bad}mihon${bad}@example.jp`,
  `mihon@example.jp>${bad}RCPT TO:<thief@evil.example`,
  `Mihon ${bad} <mihon@example.jp>`,
  `mihon@${bad}`,
  `${bad}@example.jp`,
  `mihon@example${bad}.jp`,
  `mihon@example.${bad}jp`,
  `mihon.${bad}x@example.jp`,
  `=?utf-8?Q?mihon${bad}?=@example.jp`,
  `group:mihon@example.jp${bad};`,
  `(${bad})mihon@example.jp`,
]
/** Texts that must never become a recipient. */
export const hostileAddresses: readonly string[] = [
  ...new Set([
    ...NOT_IN_ADDRESS.flatMap(AROUND),
    '',
    '@',
    'mihon',
    'mihon@',
    '@example.jp',
    'mihon@example',
    'mihon@localhost',
    'mihon@127.0.0.1',
    'mihon@[127.0.0.1]',
    'a@b@example.jp',
    '"mihon"@example.jp',
    '"thief@evil.example"@example.jp',
    '"a b"@example.jp',
    'mihon(comment)@example.jp',
    '.mihon@example.jp',
    'mihon.@example.jp',
    'mi..hon@example.jp',
    'mihon@-example.jp',
    'mihon@example-.jp',
    'mihon@.example.jp',
    'mihon@example.jp.',
    'mihon@example..jp',
    'mihon@exam_ple.jp',
    `${'a'.repeat(65)}@example.jp`,
    `mihon@${'a'.repeat(64)}.jp`,
    `mihon@${'a.'.repeat(126)}jp`,
  ]),
]
