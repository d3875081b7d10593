import type { Route } from '../route.ts'
import { auditList } from './audit.ts'
import { issuedDeeds, issuedList } from './issued.ts'
import { officeListRoutes } from './list.ts'
import { mailDeeds, mailList } from './mails.ts'
import { masterList } from './master.ts'
import { staffDeeds, staffList } from './staff.ts'
import { stuckList } from './stuck.ts'

/** What the office looks up and looks after (operations.md §1.1), each list as page, file and API. */
export function officeRoutes(): readonly Route[] {
  return [
    ...staffDeeds,
    ...mailDeeds,
    ...issuedDeeds,
    ...officeListRoutes(stuckList),
    ...officeListRoutes(masterList),
    ...officeListRoutes(mailList),
    ...officeListRoutes(issuedList),
    ...officeListRoutes(auditList),
    ...officeListRoutes(staffList),
  ]
}
