/** Text of functions of dates. Arguments are SQL text; the word of a unit or part becomes text only if it is in a list. */
import { assert } from '../../core/assert.ts'

const UNITS: ReadonlySet<string> = new Set(['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'])
const PARTS: ReadonlySet<string> = new Set([...UNITS, 'doy', 'isodow', 'isoyear'])
const SHIFTS: ReadonlySet<string> = new Set([...UNITS, 'millisecond', 'microsecond'])
const MINUTES: ReadonlyMap<string, number> = new Map([
  ['5 minutes', 5],
  ['10 minutes', 10],
  ['15 minutes', 15],
])
const SECONDS: ReadonlyMap<string, number> = new Map([
  ['microsecond', 0.000001],
  ['millisecond', 0.001],
  ['second', 1],
  ['minute', 60],
])
const MONTHS: ReadonlyMap<string, number> = new Map([
  ['month', 1],
  ['quarter', 3],
  ['year', 12],
])

function known(words: ReadonlySet<string>, word: string): string {
  assert(words.has(word), `${JSON.stringify(word)} is no unit of time`)
  return word
}

/** The start of the unit that `x` lies in. `sunday` is a week that begins on Sunday. */
export function startOf(unit: string, x: string, zoneOf: () => string): string {
  // offsets are quarters of an hour, so these parts of an hour begin at the same instants in every zone
  const minutes = MINUTES.get(unit)
  if (minutes) return `to_timestamp(floor(extract(epoch from ${x}) / ${minutes * 60}) * ${minutes * 60})`
  const zone = zoneOf()
  if (unit === 'sunday')
    return `((date_trunc('week', ${x} at time zone ${zone} + interval '1 day') - interval '1 day') at time zone ${zone})`
  return `date_trunc('${known(UNITS, unit)}', ${x}, ${zone})`
}

export const datePart = (part: string, x: string, zone: string): string =>
  `floor(extract(${known(PARTS, part)} from ${x} at time zone ${zone}))::float8`

export const dateAdd = (unit: string, amount: string, x: string, zone: string): string =>
  `instant_add(${x}, ${amount}, '${known(SHIFTS, unit)}', ${zone})`

/**
 * How many borders of the unit lie between the instants `a` and `b`; negative if `b` comes first. Minutes and seconds begin
 * at the same instants in every zone. Hours are 60 minutes each, and begin where they would if the zone still had its offset
 * of 1970, whatever its clock does (docs/hogql-values.md 5); days and longer units are those of the zone's calendar.
 */
export function dateDiff(unit: string, a: string, b: string, zoneOf: () => string): string {
  const seconds = SECONDS.get(unit)
  if (seconds)
    return `(floor(extract(epoch from ${b}) / ${seconds}) - floor(extract(epoch from ${a}) / ${seconds}))::float8`
  const zone = zoneOf()
  if (unit === 'hour') {
    const offset = `extract(epoch from to_timestamp(0) at time zone ${zone})`
    const hour = (x: string) => `floor((extract(epoch from ${x}) - ${offset}) / 3600)`
    return `(${hour(b)} - ${hour(a)})::float8`
  }
  const local = (x: string) => `${x} at time zone ${zone}`
  if (unit === 'day') return `((${local(b)})::date - (${local(a)})::date)::float8`
  if (unit === 'week') {
    const start = (x: string) => `date_trunc('week', ${local(x)})::date`
    return `((${start(b)} - ${start(a)}) / 7)::float8`
  }
  const months = MONTHS.get(unit)
  assert(months, `${JSON.stringify(unit)} is no unit of time`)
  const number = (x: string) =>
    `floor((extract(year from ${local(x)}) * 12 + extract(month from ${local(x)}) - 1) / ${months})`
  return `(${number(b)} - ${number(a)})::float8`
}
