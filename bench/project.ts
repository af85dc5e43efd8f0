import type pg from 'pg'
import type { Project } from '../lib/core/project.ts'
import type { Engine } from '../lib/engines/engine.ts'
import { postgresEngine } from '../lib/engines/postgres/engine.ts'

/** The engine over a plain connection: no HTTP in what is measured. Without partial results unless it is said from how many rows. */
export const connectionEngine = (client: pg.Client, partialsFromRows = Number.POSITIVE_INFINITY): Engine =>
  postgresEngine(
    async (statements) => {
      const results = []
      for (const { text, params } of statements) results.push((await client.query({ text, values: [...params] })).rows)
      return results
    },
    { now: () => new Date(), partialsFromRows },
  )

/** The project of the loaded data. */
export async function findProject(engine: Engine): Promise<Project> {
  const text = `select p.*, (select jsonb_agg(property_key order by slot) from property_slots where project = p.id) as slots
    from projects p where p.api_token = 'phc_bench'`
  const [rows] = await engine.run([{ text, params: [] }], { timeoutMs: 1_000 })
  const row = rows?.[0] as Record<string, string> & { slots: string[] }
  return {
    id: Number(row.id),
    organizationId: String(row.organization_id),
    name: String(row.name),
    apiToken: String(row.api_token),
    timezone: 'UTC',
    weekStartDay: 0,
    testAccountFilters: [],
    pathCleaningFilters: [],
    configVersion: 1,
    slotKeys: row.slots,
  }
}
