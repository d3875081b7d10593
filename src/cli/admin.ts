import { inviteFirstAdministrator } from '../accounts/first-admin.ts'
import { configFrom, print, type Env } from './environment.ts'
import { withStore } from './open.ts'

/** `madoguchi admin create`: prints a one-time link; an earlier one stops working. */
export async function adminCreate(env: Env): Promise<void> {
  const config = configFrom(env)
  const address = await withStore(config, (store) =>
    inviteFirstAdministrator(store, () => new Date(), config.baseUrl, { further: true }),
  )
  print(`Open this address once, within 24 hours, to create an administrator:\n${address}`)
}
