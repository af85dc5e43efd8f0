import type { Slot } from '../../plan/context.ts'
import type { StrategyContext } from './strategy.ts'

/** What the engine has to know of the project that a query is for. */
export interface LowerContext extends StrategyContext {
  readonly projectId: number
  readonly timezone: string
  readonly slots: ReadonlyMap<string, Slot>
}
