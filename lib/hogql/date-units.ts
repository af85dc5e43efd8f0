/** Units of time in functions and intervals. */
export const UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const
export type DateUnit = (typeof UNITS)[number]

/** `day`, `days`, `Day` and the like. */
export const dateUnit = (text: string): DateUnit | undefined =>
  UNITS.find((unit) => unit === text.toLowerCase().replace(/s$/, ''))
