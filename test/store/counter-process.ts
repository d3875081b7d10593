import { openStore } from '../../src/store/open.ts'

/** Run by the suite as a process of its own: reads a number and writes it back one higher, many times over. */
const [url = '', times = '0'] = process.argv.slice(2)
const store = await openStore(url)
for (let index = 0; index < Number(times); index++)
  await store.write(async (tx) => {
    const { count } = await tx
      .selectFrom('throttle')
      .select('count')
      .where('key', '=', 'shared')
      .executeTakeFirstOrThrow()
    await tx
      .updateTable('throttle')
      .set({ count: count + 1 })
      .where('key', '=', 'shared')
      .execute()
  })
await store.close()
