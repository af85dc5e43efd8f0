import type { EngineContext } from '../engine.ts'
import type { StrategyContext } from './strategy.ts'

/** The hot slot of a property of events: a column that holds the number of its text. */
export interface Slot {
  readonly index: number
  /** Some rows hold values that the dictionary does not: the JSON must be read for them. */
  readonly uncoded: boolean
}

/** What Postgres has to know of the project that a query is for. */
export interface LowerContext extends EngineContext, StrategyContext {
  /** How many events of the names that a query counts there are in the last 90 days of its range, about. */
  readonly rowsInRange?: number
  /** How many persons the project has, about. */
  readonly persons?: number
  /** Event property key -> hot slot. */
  readonly slots: ReadonlyMap<string, Slot>
}
