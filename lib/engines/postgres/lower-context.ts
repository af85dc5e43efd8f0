import type { Slot } from '../../plan/context.ts'

/** What the engine has to know of the project that a query is for. */
export interface LowerContext {
  readonly projectId: number
  readonly timezone: string
  readonly slots: ReadonlyMap<string, Slot>
  readonly hasPersonBacklog: boolean
}
