/** The engine over a migrated database of its own, by the protocol that it speaks when deployed. */
import type { Engine } from '../../lib/engines/engine.ts'
import { postgresEngine } from '../../lib/engines/postgres/engine.ts'
import { connectNeon, runOver } from '../../lib/engines/postgres/run.ts'
import { openPglite } from '../../local/neon/pglite.ts'
import { openPostgres } from '../../local/neon/postgres.ts'
import { startNeon } from '../../local/neon/server.ts'
import { migratedDatabase } from './image.ts'

export interface TestEngine {
  readonly engine: Engine
  /** Outgoing calls so far. */
  calls(): number
  close(): Promise<void>
}

export async function openEngine(): Promise<TestEngine> {
  const { folder, databaseUrl, idlePglites, remove } = await migratedDatabase()
  const neon = await startNeon(0, await (databaseUrl ? openPostgres(databaseUrl) : openPglite(folder, idlePglites)))
  const connection = connectNeon({
    connectionString: 'postgres://edgehog:edgehog@localhost/edgehog',
    endpoint: neon.endpoint,
    waitUntil: (work) => void work.catch(() => {}),
  })
  return {
    engine: postgresEngine(runOver(connection), { now: () => new Date(), partialsFromRows: 50_000 }),
    calls: () => neon.calls.requests,
    async close() {
      await neon.close()
      await remove()
    },
  }
}
