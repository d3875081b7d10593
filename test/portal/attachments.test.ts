import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pdf, png, xls, xlsx } from '../files/made.ts'
import { errorsOf, hiddenInputs, openTestPortal, plain, type TestPortal } from './portal.ts'
import { bytesKept, memberOf, postFiles, sendInParts, sendPart, sha256 } from './sent-files.ts'

/** Attached files on their way through the whole portal: without script, in parts, and out again. */

const PATH = '/demonstration/notice'
const API = '/api/v1/demonstration/notice'
const APPLY_API = '/api/v1/demonstration/apply'

let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal({ definitionsDir: 'test/samples/attachments' })
})
afterAll(() => portal.close())

describe('without script', () => {
  test('files come with the form, stay through every round trip, and go out as they came in', async () => {
    const visitor = portal.visitor()
    const bytes = pdf('% 通知書')
    const opened = await visitor.get(PATH)
    expect(opened.html).toContain('enctype="multipart/form-data"')
    const first = {
      ...hiddenInputs(opened.html),
      subject: '変更の届出',
      _action: 'attach:evidence',
    }
    const attached = await postFiles(visitor, PATH, first, [
      { field: 'evidence', name: '受領委任承諾通知書.pdf', bytes },
    ])
    expect(attached.status).toBe(200)
    expect(plain(attached.html)).toContain('受領委任承諾通知書.pdf')
    const second = { ...hiddenInputs(attached.html), subject: '変更の届出', _action: 'check' }
    const confirm = await postFiles(visitor, PATH, second, [
      { field: 'plan', name: '見取り図.png', bytes: png() },
      { field: 'evidence', name: '', bytes: Buffer.alloc(0) },
    ])
    expect(errorsOf(confirm.html)).toEqual([])
    expect(plain(confirm.html)).toContain('確認書類： 受領委任承諾通知書.pdf（1 KB）')
    expect(plain(confirm.html)).toContain('見取り図： 見取り図.png（1 KB）')
    const sent = await visitor.post(PATH, { ...hiddenInputs(confirm.html), _action: 'submit' })
    expect(sent.status).toBe(303)

    const id = sent.location.split('/').at(-1) ?? ''
    const row = await portal.store.db
      .selectFrom('submission')
      .select('answers')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    const { evidence } = JSON.parse(row.answers) as { evidence: { id: string }[] }
    expect(evidence).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        name: '受領委任承諾通知書.pdf',
        size: bytes.length,
        type: 'application/pdf',
        sha256: sha256(bytes),
      },
    ])
    const file = await portal.app.request(
      `http://localhost:3000${sent.location}/files/${evidence[0]?.id}`,
    )
    expect(sha256(new Uint8Array(await file.arrayBuffer()))).toBe(sha256(bytes))
    expect(file.headers.get('content-disposition')).toBe(
      `attachment; filename="_________.pdf"; filename*=UTF-8''${encodeURIComponent('受領委任承諾通知書.pdf')}`,
    )
    expect(file.headers.get('content-security-policy')).toContain('sandbox')
    expect(file.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('a refused file is explained, and everything else stays', async () => {
    const visitor = portal.visitor()
    const { html } = await visitor.get(PATH)
    const fields = { ...hiddenInputs(html), subject: '残る件名', _action: 'check' }
    const answer = await postFiles(visitor, PATH, fields, [
      { field: 'evidence', name: '写真.jpg', bytes: Buffer.from([0xff, 0xd8, 0xff, 0xe0]) },
      { field: 'evidence', name: '通知書.pdf', bytes: pdf() },
    ])
    expect(answer.status).toBe(422)
    const [wrong = ''] = errorsOf(answer.html)
    expect(wrong).toContain('「写真.jpg」は写真')
    expect(wrong).toContain('Microsoft Print to PDF')
    expect(answer.html).toContain('残る件名')
    expect(plain(answer.html)).toContain('通知書.pdf')
  })

  test('a file is taken out again, and its bytes go with it', async () => {
    const visitor = portal.visitor()
    const { html } = await visitor.get(PATH)
    const before = await bytesKept(portal)
    const attached = await postFiles(
      visitor,
      PATH,
      { ...hiddenInputs(html), _action: 'attach:evidence' },
      [{ field: 'evidence', name: '一覧.xlsx', bytes: xlsx() }],
    )
    const [, button = ''] = /value="(detach:[^"]+)"/.exec(attached.html) ?? []
    const removed = await visitor.post(PATH, { ...hiddenInputs(attached.html), _action: button })
    expect(removed.status).toBe(200)
    expect(plain(removed.html)).not.toContain('一覧.xlsx')
    expect(await bytesKept(portal)).toEqual(before)
  })

  test('more files than the field takes, and a file larger than it takes, are refused one by one', async () => {
    const visitor = portal.visitor()
    const { html } = await visitor.get(PATH)
    const many = Array.from({ length: 4 }, (_, n) => ({
      field: 'evidence',
      name: `${n}.xls`,
      bytes: xls(),
    }))
    const large = Buffer.concat([png(), randomBytes(1024 * 1024)])
    const answer = await postFiles(visitor, PATH, { ...hiddenInputs(html), _action: 'check' }, [
      ...many,
      { field: 'plan', name: '大きな図.png', bytes: large },
    ])
    const wrong = errorsOf(answer.html).join('\n')
    expect(wrong).toContain('「確認書類」に添付できるのは3個までです')
    expect(wrong).toContain('「大きな図.png」は大きすぎます。1MB以下')
    expect(plain(answer.html)).toContain('2.xls')
    expect(plain(answer.html)).not.toContain('3.xls')
  })

  test('a field that takes no files gets none, and a broken body is no form', async () => {
    const visitor = portal.visitor()
    const { html } = await visitor.get(PATH)
    const before = await bytesKept(portal)
    await postFiles(visitor, PATH, { ...hiddenInputs(html), _action: 'refresh' }, [
      { field: 'subject', name: 'a.pdf', bytes: pdf() },
      { field: '__proto__', name: 'a.pdf', bytes: pdf() },
    ])
    expect(await bytesKept(portal)).toEqual(before)
    for (const [type, body, status] of [
      ['multipart/form-data', 'x', 415],
      ['multipart/form-data; charset=utf-8', 'x', 400],
      [
        'multipart/form-data; boundary=x',
        '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb',
        400,
      ],
    ] as const) {
      const answer = await visitor.send(PATH, {
        method: 'POST',
        body,
        headers: { 'Content-Type': type },
      })
      expect(answer.status).toBe(status)
    }
    expect(await bytesKept(portal)).toEqual(before)
  })
})

describe('in parts', () => {
  const sitting = 'sitting-of-a-visitor-0001'

  test('a file arrives whole, and finishing twice gives the same file', async () => {
    const visitor = portal.visitor()
    const bytes = pdf(`% ${randomBytes(300_000).toString('hex')}`)
    const file = { field: 'evidence', name: 'scan.pdf', bytes }
    const done = await sendInParts(visitor, API, file, { sitting, partBytes: 200_000 })
    expect(done.status).toBe(201)
    const taken = done.body.file as { id: string; sha256: string }
    expect(taken.sha256).toBe(sha256(bytes))
    const verdict = await visitor.json(`${API}/check`, {
      answers: { subject: '件名', evidence: [taken.id] },
      sitting,
    })
    expect(verdict).toEqual({ status: 200, body: { ok: true } })
  })

  test('after a cut it goes on from the last whole part; a part twice or out of place changes nothing', async () => {
    const visitor = portal.visitor()
    const bytes = pdf(`% ${'x'.repeat(100_000)}`)
    const begun = await visitor.json(`${API}/uploads`, {
      field: 'evidence',
      name: 'a.pdf',
      size: bytes.length,
      sitting,
    })
    const { upload } = begun.body as { upload: string }
    const part = (at: number, end: number) =>
      sendPart(visitor, `${API}/uploads/${upload}/parts/${at}`, bytes.subarray(at, end))
    expect(await part(0, 40_000)).toEqual({ status: 200, body: { received: 40_000 } })
    expect(await part(0, 40_000)).toEqual({ status: 409, body: { received: 40_000 } })
    expect(await part(90_000, bytes.length)).toEqual({ status: 409, body: { received: 40_000 } })
    const early = await visitor.json(`${API}/uploads/${upload}/finish`, {})
    expect(early).toEqual({ status: 409, body: { received: 40_000 } })
    const asked = await visitor.get(`${API}/uploads/${upload}`)
    expect(JSON.parse(asked.html)).toMatchObject({ received: 40_000, size: bytes.length })
    const tooLong = await sendPart(
      visitor,
      `${API}/uploads/${upload}/parts/40000`,
      Buffer.concat([bytes.subarray(40_000), Buffer.from('more')]),
    )
    expect(tooLong.status).toBe(413)
    expect(await part(40_000, bytes.length)).toMatchObject({ status: 200 })
    const [one, other] = await Promise.all([
      visitor.json(`${API}/uploads/${upload}/finish`, {}),
      visitor.json(`${API}/uploads/${upload}/finish`, {}),
    ])
    const again = await visitor.json(`${API}/uploads/${upload}/finish`, {})
    expect([one.status, other.status]).toContain(201)
    expect(again.status).toBe(201)
    const made = [one, other].find(({ status }) => status === 201)
    expect(again.body).toEqual(made?.body)
    const rows = await portal.store.db
      .selectFrom('file')
      .selectAll()
      .where('name', '=', 'a.pdf')
      .execute()
    expect(rows).toHaveLength(1)
  })

  test('a cancelled upload leaves nothing', async () => {
    const visitor = portal.visitor()
    const before = await bytesKept(portal)
    const begun = await visitor.json(`${API}/uploads`, {
      field: 'evidence',
      name: 'a.pdf',
      size: 100,
      sitting,
    })
    const { upload } = begun.body as { upload: string }
    await sendPart(visitor, `${API}/uploads/${upload}/parts/0`, Buffer.alloc(50))
    await visitor.json(`${API}/uploads/${upload}/cancel`, {})
    expect((await visitor.get(`${API}/uploads/${upload}`)).status).toBe(404)
    expect(await bytesKept(portal)).toEqual(before)
  })

  test('name and size are judged before a byte is sent, the content afterwards', async () => {
    const visitor = portal.visitor()
    const begin = async (name: string, size: unknown, field = 'evidence') => {
      const { status, body } = await visitor.json(`${API}/uploads`, { field, name, size, sitting })
      const { issues } = body as { issues?: { code: string }[] }
      return issues?.[0]?.code ?? status
    }
    expect(await begin('a.heic', 5)).toBe('attachment.photo')
    expect(await begin('a.exe', 5)).toBe('attachment.type')
    expect(await begin('a.pdf', 0)).toBe('attachment.empty')
    expect(await begin('a.pdf', 100 * 1024 * 1024 + 1)).toBe('attachment.too-large')
    expect(await begin('a.pdf', 5, 'plan')).toBe('attachment.type')
    expect(await begin('a.pdf', -1)).toBe(400)
    expect(await begin('a.pdf', '5')).toBe(400)
    expect(await begin('a.pdf', 5, 'subject')).toBe(400)
    const wrong = await sendInParts(
      visitor,
      API,
      { field: 'evidence', name: 'a.pdf', bytes: png() },
      { sitting },
    )
    expect(wrong.status).toBe(422)
    expect(JSON.stringify(wrong.body)).toContain('名前の終わり（拡張子）と中身の形式が違います')
  })

  test('JSON never stands in for a file, nor a form for a part (S32)', async () => {
    const visitor = portal.visitor()
    const begun = await visitor.json(`${API}/uploads`, {
      field: 'evidence',
      name: 'a.pdf',
      size: 10,
      sitting,
    })
    const { upload } = begun.body as { upload: string }
    const path = `${API}/uploads/${upload}/parts/0`
    expect((await visitor.json(path, { path: '/etc/passwd' })).status).toBe(415)
    expect((await visitor.post(path, { path: '/etc/passwd' })).status).toBe(415)
    const forged = { id: 'f'.repeat(32), name: 'x.pdf', size: 1, type: 'text/html', sha256: 'x' }
    for (const evidence of [[forged], ['f'.repeat(32)], [JSON.stringify(Object.values(forged))]]) {
      const { status, body } = await visitor.json(API, {
        answers: { subject: '件名', evidence },
        sitting,
      })
      expect(status).toBe(422)
      expect(JSON.stringify(body)).toContain('attachment.unknown')
    }
  })
})

describe('whose file it is', () => {
  const attach = async (who: Awaited<ReturnType<typeof memberOf>>, sitting: string) => {
    const file = { field: 'evidence', name: '証.pdf', bytes: pdf() }
    const { body } = await sendInParts(who, APPLY_API, file, { sitting })
    return (body.file as { id: string }).id
  }
  const check = async (
    who: Awaited<ReturnType<typeof memberOf>>,
    evidence: string,
    sitting: string,
  ) =>
    who.json(`${APPLY_API}/check`, {
      answers: { subject: '件名', method: 'documents', evidence: [evidence] },
      sitting,
    })

  test('another member’s file cannot be attached, fetched or removed; it looks like a missing one (S14)', async () => {
    const [owner, other] = [await memberOf(portal, 'owner'), await memberOf(portal, 'other')]
    const sitting = 'sitting-of-a-member-00001'
    const id = await attach(owner, sitting)
    expect((await check(owner, id, sitting)).status).toBe(200)
    const missing = await other.get(`/demonstration/files/${'0'.repeat(32)}`)
    const foreign = await other.get(`/demonstration/files/${id}`)
    const withoutId = (html: string) =>
      html.replace(/[A-Za-z0-9_-]{10}(?=<)/g, '').replaceAll(/[0-9a-f]{32}/g, '')
    expect(foreign.status).toBe(404)
    expect(withoutId(foreign.html)).toBe(withoutId(missing.html))
    expect((await check(other, id, sitting)).status).toBe(422)
    await other.json(`${APPLY_API}/files/${id}/remove`, { sitting })
    expect((await owner.get(`/demonstration/files/${id}`)).status).toBe(200)
    expect((await portal.visitor().get(`/demonstration/files/${id}`)).status).toBe(303)
    const stranger = portal.visitor()
    expect(
      (
        await stranger.json(`${APPLY_API}/uploads`, {
          field: 'evidence',
          name: 'a.pdf',
          size: 5,
          sitting,
        })
      ).status,
    ).toBe(401)
  })

  test('a visitor’s file belongs to its sitting only', async () => {
    const visitor = portal.visitor()
    const file = { field: 'evidence', name: 'a.pdf', bytes: pdf() }
    const { body } = await sendInParts(visitor, API, file, { sitting: 'sitting-of-somebody-00001' })
    const { id } = body.file as { id: string }
    const answers = { subject: '件名', evidence: [id] }
    const other = { answers, sitting: 'sitting-of-somebody-00002' }
    expect((await visitor.json(`${API}/check`, other)).status).toBe(422)
    expect((await visitor.json(`${API}/check`, { answers })).status).toBe(422)
  })

  test('a file that a submission uses stays when the form lets go of it', async () => {
    const owner = await memberOf(portal, 'owner')
    const sitting = 'sitting-of-a-member-00002'
    const id = await attach(owner, sitting)
    const answers = { subject: '件名', method: 'documents', evidence: [id] }
    const filed = await owner.json(APPLY_API, { answers, sitting })
    expect(filed.status).toBe(201)
    await owner.json(`${APPLY_API}/files/${id}/remove`, { sitting })
    const submission = (filed.body as { id: string }).id
    expect((await owner.get(`/demonstration/submissions/${submission}/files/${id}`)).status).toBe(
      200,
    )
    const other = await memberOf(portal, 'other')
    expect((await other.get(`/demonstration/submissions/${submission}/files/${id}`)).status).toBe(
      404,
    )
  })

  test('what is sent in a day has a limit (S37)', async () => {
    const owner = await memberOf(portal, 'busy')
    let refused = 0
    for (let round = 0; round < 102; round++) {
      const sitting = `sitting-number-000000${round}`
      const file = { field: 'evidence', name: 'a.png', bytes: png() }
      const { status, body } = await sendInParts(owner, APPLY_API, file, { sitting })
      if (status !== 201) refused += 1
      if (status !== 201) expect(JSON.stringify(body)).toContain('attachment.quota')
    }
    expect(refused).toBe(2)
  })
})
