import { foldStaffLogin, inviteFirstAdministrator } from '../accounts/first-admin.ts'
import { resetFactor } from '../accounts/second-factor.ts'
import { Fault } from '../fault.ts'
import { findStaffByLogin } from '../store/staff.ts'
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

/**
 * `madoguchi admin reset-factor LOGIN`: the second factor of somebody who has lost phone and recovery codes goes, and they
 * set up another at their next login. For when no other administrator can do it on the page.
 */
export async function adminResetFactor(env: Env, login: string, reason: string): Promise<void> {
  const config = configFrom(env)
  const at = new Date().toISOString()
  const isDone = await withStore(config, (store) =>
    store.write(async (tx) => {
      const staff = await findStaffByLogin(tx, foldStaffLogin(login))
      if (!staff)
        throw new Fault(
          'usage.staff',
          `There is no member of the staff with the login name '${login}'. Check its spelling.`,
        )
      return resetFactor(tx, { staffId: staff.id, actor: 'system', reason, at })
    }),
  )
  print(
    isDone
      ? `Done. ${login} sets up an authenticator app at the next login.`
      : `${login} has no second factor yet: it is set up at the next login.`,
  )
}
