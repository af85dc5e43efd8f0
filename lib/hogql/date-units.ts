/** Units of time in functions and intervals. */
export const UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const
export type DateUnit = (typeof UNITS)[number]
/** Parts of a second are units of functions alone. */
export type AnyUnit = DateUnit | 'millisecond' | 'microsecond'
export const ANY_UNITS: readonly AnyUnit[] = ['microsecond', 'millisecond', ...UNITS]

/** `day`, `days`, `Day` and the like. */
export const dateUnit = (text: string): DateUnit | undefined =>
  UNITS.find((unit) => unit === text.toLowerCase().replace(/s$/, ''))

/** The short names of units that functions take. */
const SHORT: ReadonlyMap<string, AnyUnit> = new Map(
  Object.entries({
    year: 'yy yyyy',
    quarter: 'qq q',
    month: 'mm m',
    week: 'wk ww',
    day: 'dd d',
    hour: 'hh h',
    minute: 'mi n',
    second: 'ss s',
    millisecond: 'ms',
    microsecond: 'us u',
  }).flatMap(([unit, names]) => names.split(' ').map((name) => [name, unit as AnyUnit] as const)),
)

export function anyUnit(text: string): AnyUnit | undefined {
  const name = text.toLowerCase()
  return ANY_UNITS.find((unit) => unit === name.replace(/s$/, '')) ?? SHORT.get(name)
}

/** The units that are made of days. */
export const isOfDays = (unit: string): boolean => ['day', 'week', 'month', 'quarter', 'year'].includes(unit)
