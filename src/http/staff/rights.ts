import type { Right, StaffRole } from '../../definitions/definitions.ts'
import type { Route, Visit } from '../route.ts'

/** The lock of an address of the staff. */
export function needs(...rights: readonly Right[]): Extract<Route['access'], { kind: 'staff' }> {
  return { kind: 'staff', rights }
}

/** Whether the role of this member of the staff has the right, as the present definitions say (S19). */
export function may(visit: Pick<Visit, 'deps' | 'staff'>, right: Right): boolean {
  return roleOf(visit)?.rights.includes(right) ?? false
}

/** Whether the present definitions know the role at all. */
export function isOfOffice(visit: Pick<Visit, 'deps' | 'staff'>): boolean {
  return roleOf(visit) !== undefined
}

/** Which submissions a member of the staff sees; a list that is left out holds everything. */
export type Scope = Pick<StaffRole, 'portals' | 'workflows'>

export function scopeOf(visit: Pick<Visit, 'deps' | 'staff'>): Scope {
  const { portals, workflows } = roleOf(visit) ?? { portals: [], workflows: [] }
  return { ...(portals && { portals }), ...(workflows && { workflows }) }
}

export function isInScope(
  { portals, workflows }: Scope,
  of: { readonly portal: string; readonly workflow: string },
): boolean {
  return (portals?.includes(of.portal) ?? true) && (workflows?.includes(of.workflow) ?? true)
}

function roleOf({ deps, staff }: Pick<Visit, 'deps' | 'staff'>): StaffRole | undefined {
  const { roles } = deps.definitions().staff
  return staff && Object.hasOwn(roles, staff.role) ? roles[staff.role] : undefined
}
