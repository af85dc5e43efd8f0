/** What each dialect prints of funnels, and that Postgres runs it. `vitest -u` writes the files anew; read the difference. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Statement } from '../../lib/core/statement.ts'
import { parseQuery } from '../../lib/nodes/index.ts'
import type { Database } from '../../local/neon/database.ts'
import { openPglite } from '../../local/neon/pglite.ts'
import { migratedPglite } from '../support/image.ts'
import { FUNNELS } from './cases/funnels.ts'
import { ENGINE_CONTEXT, printed, statements } from './world.ts'

let database: Database
let remove: () => Promise<void>

beforeAll(async () => {
  const migrated = await migratedPglite()
  remove = migrated.remove
  database = await openPglite(migrated.folder)
}, 60_000)
afterAll(async () => {
  await database.close()
  await remove()
})

async function execute(list: readonly Statement[]) {
  const queries = list.map(({ text, params }) => ({
    query: text,
    params: params.map((param) => param?.toString() ?? null),
  }))
  const outcome = await database.run({ queries, isolation: null, readOnly: false })
  if ('error' in outcome) throw new Error(outcome.error.message)
  return outcome.results.map(({ fields, rows }) =>
    rows.map((row) => Object.fromEntries(fields.map(({ name }, index) => [name, row[index]]))),
  )
}

/** Of the first step there are many events, or of all alike. */
const FEW_LATER = {
  ...ENGINE_CONTEXT,
  eventCounts: new Map([
    ['seen', 900],
    ['tried', 90],
    ['paid', 10],
  ]),
}

test.each(Object.entries(FUNNELS))('%s', async (name, source) => {
  const node = parseQuery(source)
  const scan = printed(node)
  await expect(scan.join('\n')).toMatchFileSnapshot(`./funnels/${name}.sql`)
  await execute(statements(node))
  const probes = printed(node, FEW_LATER)
  if (probes.join() === scan.join()) return
  await expect(probes.join('\n')).toMatchFileSnapshot(`./funnels/${name}-probes.sql`)
  await execute(statements(node, FEW_LATER))
})
