import { start } from './0001-start.ts'
import { files } from './0002-files.ts'
import { reloads } from './0003-reloads.ts'
import { steps } from './0004-steps.ts'
import { sittings } from './0005-sittings.ts'
import { desk } from './0006-desk.ts'
import { issued } from './0007-issued.ts'
import { submissionClass } from './0008-class.ts'
import { queue } from './0009-queue.ts'
import { cards } from './0010-cards.ts'
import { noticeViews } from './0011-notice-views.ts'
import { secondFactor } from './0012-second-factor.ts'
import { office } from './0013-office.ts'
import { drafts } from './0014-drafts.ts'
import { staffCards } from './0015-staff-cards.ts'
import { repeats } from './0016-repeats.ts'
import type { Migration } from './migration.ts'

/** All migrations in the order in which they run. */
export const migrations: readonly Migration[] = [
  start,
  files,
  reloads,
  steps,
  sittings,
  desk,
  issued,
  submissionClass,
  queue,
  cards,
  noticeViews,
  secondFactor,
  office,
  drafts,
  staffCards,
  repeats,
]
