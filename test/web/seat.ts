import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { closeHttpServer, createHttpServer } from '../../src/http/server.ts'
import { judo, registeredMember } from '../portal/people.ts'
import { openTestPortal, type TestPortal, type Visitor } from '../portal/portal.ts'
import { openPage } from './browser.ts'

/** The shipped portal behind a real server, with one member, and browser windows in which that member is logged in. */
export type Seats = {
  readonly portal: TestPortal
  readonly member: Visitor
  readonly origin: string
  seat(options?: Parameters<Browser['newContext']>[0]): ReturnType<typeof openPage>
  close(): Promise<void>
}

export async function openSeats(browser: Browser | undefined): Promise<Seats> {
  const portal = await openTestPortal()
  const server = createHttpServer(portal.app, { baseUrl: 'http://localhost:3000' })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const member = await registeredMember(portal, judo)
  return {
    portal,
    member,
    origin,
    async seat(options = {}) {
      if (!browser) throw new Error('There is no browser')
      const opened = await openPage(browser, { locale: 'ja-JP', ...options })
      const cookies = [...member.cookies()].map(([name, value]) => ({ name, value, url: origin }))
      await opened.context.addCookies(cookies)
      return opened
    },
    async close() {
      await closeHttpServer(server)
      await portal.close()
      await browser?.close()
    },
  }
}
