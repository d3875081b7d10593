import type { Db, Tx } from './open.ts'

/** Adds to how often notices were opened, by `<portal>/<name>`. */
export async function addNoticeViews(tx: Tx, views: ReadonlyMap<string, number>): Promise<void> {
  for (const [id, count] of views) {
    const [portal = '', notice = ''] = id.split('/')
    await tx
      .insertInto('notice_view')
      .values({ portal, notice, count })
      .onConflict((conflict) =>
        conflict
          .columns(['portal', 'notice'])
          .doUpdateSet((eb) => ({ count: eb('notice_view.count', '+', count) })),
      )
      .execute()
  }
}

/** How often the notices of a portal were opened, by `<portal>/<name>`; those nobody has opened are left out. */
export async function noticeViewsOf(db: Db, portal: string): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('notice_view')
    .select(['notice', 'count'])
    .where('portal', '=', portal)
    .execute()
  return new Map(rows.map(({ notice, count }) => [`${portal}/${notice}`, count]))
}
