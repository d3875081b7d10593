import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileMailBody, compileMailText } from '../../src/definitions/mail/body.ts'
import { placeholdersIn } from '../../src/definitions/placeholders.ts'

const layout = `<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        {{body}}
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`

const warnings = async (body: string, around = layout) =>
  (await compileMailBody(around, body)).warnings.map(
    ({ message, line, in: part }) => `${part}:${line} ${message}`,
  )

test('placeholders are found with their places, possible or not', () => {
  expect(placeholdersIn('a {{b}} {{ c.d }}{{}} {{x y}} {e}')).toEqual([
    { name: 'b', offset: 2 },
    { name: 'c.d', offset: 8 },
    { name: '', offset: 17 },
    { name: 'x y', offset: 22 },
  ])
})

test('a text is placed into its layout as it is', () => {
  expect(compileMailText('a\n{{body}}\n\nb {{link}}\n', '\n{{x}} $& $1\n')).toBe(
    'a\n{{x}} $& $1\n\nb {{link}}\n',
  )
})

test('a body becomes HTML that keeps its placeholders', async () => {
  const body =
    '<mj-text>\n  <p>{{lastName}} &amp; $&amp; $&</p>\n</mj-text>\n<mj-button href="{{link}}">押す</mj-button>'
  const compiled = await compileMailBody(layout, body)
  expect(compiled.warnings).toEqual([])
  expect(compiled.html).toMatch(/^<!doctype html>/i)
  expect(compiled.html).toContain('<p>{{lastName}} &amp; $&amp; $&</p>')
  expect(compiled.html).toContain('href="{{link}}"')
  expect(compiled.html).not.toMatch(/fonts\.googleapis|<mj-/)
})

describe('what is wrong in a body is told with its line', () => {
  test.each([
    ['<mj-text>a</mj-text>\n<script>x</script>', 'body:2 <script> is not possible in a mail body'],
    ['<mj-text>\n<img src="x"></mj-text>', 'body:2 <img> is not possible in a mail body'],
    ['<mj-include path="/etc/passwd" />', 'body:1 <mj-include> is not possible in a mail body'],
    ['<mj-raw>x</mj-raw>', 'body:1 <mj-raw> is not possible in a mail body'],
    ['<mj-text><!-- {{a}} --></mj-text>', 'body:1 <!> is not possible in a mail body'],
    [
      '<mj-text>a</mj-text>\n\n<mj-txt>b</mj-txt>',
      'body:3 <mj-txt> is not possible in a mail body',
    ],
    ['<mj-text>\n<p>a</mj-text>', 'body:2 </mj-text> closes nothing that is open'],
    ['<mj-text>\n<p>a</p>', 'body:2 <mj-text> is not closed'],
    ['<p>a</p>', 'body:1 <p> must stand inside <mj-text> or <mj-table>'],
    [
      '<mj-text><a href="https://evil.example">x</a></mj-text>',
      'body:1 a link leads to {{link}} or {{portal.url}} and nowhere else',
    ],
    [
      '<mj-button href="{{lastName}}">x</mj-button>',
      'body:1 a link leads to {{link}} or {{portal.url}} and nowhere else',
    ],
    ['<mj-text><p title="{{a}}">x</p></mj-text>', 'body:1 the attribute title cannot hold that'],
    ['<mj-text><p onclick="x()">x</p></mj-text>', 'body:1 the attribute onclick cannot hold that'],
  ])('%s', async (body, warning) => {
    expect(await warnings(body)).toContain(warning)
  })

  test('what the compiler of the layout finds counts from its own part', async () => {
    expect(await warnings('<mj-text>a</mj-text>\n<mj-text colour="red">b</mj-text>')).toEqual([
      expect.stringMatching(/^body:2 .*colour/),
    ])
    const wrong = layout.replace('    </mj-section>', '      <mj-foo />\n    </mj-section>')
    expect(await warnings('<mj-text>\na\n</mj-text>', wrong)).toEqual([
      expect.stringMatching(/^layout:7 .*mj-foo/),
    ])
    expect(await warnings('<mj-text>a</mj-text>', '<mjml></mjml>')).toEqual([
      'layout:1 the layout has no {{body}}',
    ])
  })
})

describe('the cache', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mail-body-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('keeps what was compiled by its content, and nothing half written', async () => {
    const cache = join(folder, 'mails')
    const body = '<mj-text>a</mj-text>'
    const fresh = await compileMailBody(layout, body, cache)
    expect(await compileMailBody(layout, body, cache)).toEqual(fresh)
    const names = await readdir(cache)
    expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.json$/)])
    const file = join(cache, names[0] ?? '')
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(fresh)
    await writeFile(file, JSON.stringify({ html: 'kept', warnings: [] }))
    expect((await compileMailBody(layout, body, cache)).html).toBe('kept')
    const other = await compileMailBody(layout, '<mj-text>b</mj-text>', cache)
    expect(other.html).toContain('b</div>')
    expect(await readdir(cache)).toHaveLength(2)
  })
})
