/** Time zones that texts name. */
import type { Expr } from '../tree/expr.ts'
import type { FunctionContext, ValueInfo } from './rules.ts'

/** The zone in which an instant is taken apart and shown. */
export const zoneOf = ({ zone, format }: ValueInfo, { timezone }: FunctionContext): string =>
  format === 'date' ? timezone : (zone ?? timezone)

/** The zone that an argument names; the project's without one. Throws a 400 for what is no zone. */
export function zoneArgument(zone: Expr | undefined, { timezone, error }: FunctionContext): string {
  if (zone === undefined) return timezone
  if (zone.kind === 'value' && typeof zone.value === 'string' && isTimezone(zone.value)) return zone.value
  throw error('This is no time zone.')
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}
