import type { Engine } from '../engines/engine.ts'

const SLICE = 20_000
const SLICES_PER_RUN = 25

/** Moves the event rows of merged persons to the person they were merged into: in slices, each a transaction, 25 a run. */
export async function moveBacklog(engine: Engine, timeoutMs: number): Promise<void> {
  for (let slice = 0; slice < SLICES_PER_RUN; slice++) {
    const statement = { text: 'select move_person_backlog($1) as moved', params: [SLICE] }
    const [rows] = await engine.run([statement], { timeoutMs })
    if (rows?.[0]?.moved === 0) return
  }
}
