import type { Browser } from 'playwright-core'
import { judo, registeredMember } from '../portal/people.ts'
import { openTestPortal, type TestPortal, type Visitor } from '../portal/portal.ts'
import { openPage } from './browser.ts'
import { serve } from './served.ts'

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
  const { origin, close } = await serve(portal)
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
      await close()
      await portal.close()
      await browser?.close()
    },
  }
}
