import type { Engine } from '../engines/engine.ts'

const SLICE = 20_000
const SLICES_PER_RUN = 25

/** Moves the event rows of merged persons to the person they were merged into: in slices, each a transaction, 25 a run. */
export const moveBacklog = (engine: Engine, timeoutMs: number): Promise<void> =>
  inSlices(engine, timeoutMs, 'select move_person_backlog($1) as done', [SLICE])

/** Deletes the events of deleted persons, of one project or of all, in the same way. */
export const deleteBacklog = (engine: Engine, timeoutMs: number, projectId: number | null = null): Promise<void> =>
  inSlices(engine, timeoutMs, 'select delete_event_slice($1, $2) as done', [SLICE, projectId])

async function inSlices(engine: Engine, timeoutMs: number, text: string, params: readonly (number | null)[]) {
  for (let slice = 0; slice < SLICES_PER_RUN; slice++) {
    const [rows] = await engine.run([{ text, params: [...params] }], { timeoutMs })
    if (rows?.[0]?.done === 0) return
  }
}
