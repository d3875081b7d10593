import type { AddressInfo } from 'node:net'
import { closeHttpServer, createHttpServer } from '../../src/http/server.ts'
import type { TestPortal } from '../portal/portal.ts'

/** A portal of this process behind a real server. The name is that of its own pages, which are told by it from foreign ones. */
export async function serve(
  portal: Pick<TestPortal, 'app'>,
): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const server = createHttpServer(portal.app, { baseUrl: 'http://localhost:3000' })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return { origin, close: () => closeHttpServer(server) }
}
