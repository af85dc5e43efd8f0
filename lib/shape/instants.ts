/** Instants as ClickHouse's answers show them: with the offset of a zone. */
import { DateTime } from 'luxon'

/** `date` is a day, `seconds` an instant without a fraction, `fraction` one with. */
export type InstantFormat = 'date' | 'seconds' | 'fraction' | 'word'

const DAY_MS = 86_400_000
const minuteOf = (ms: number) => new Date(ms).toISOString().slice(0, 16)
const PARTS = /^([+-]?\d+-\d\d-\d\d)[T ](\d\d:\d\d):(\d\d)(?:\.(\d+))?(?:Z|\+00(?::?00)?)$/

/** Text of an instant in UTC, as databases and JSON have it -> `2021-03-14T00:00:00-05:00`, or `2021-03-14` of a date. */
export function instantFormat(format: InstantFormat, zone: string): (text: string) => string {
  const offsets = new Map<string, number>()
  // clocks change at a whole minute
  const offsetAt = (minute: string): number => {
    const known = offsets.get(minute)
    if (known !== undefined) return known
    const { offset } = DateTime.fromISO(`${minute}Z`, { zone })
    offsets.set(minute, offset)
    return offset
  }
  /** Of an hour that clocks show twice, ClickHouse's clients give both readings the offset of the first. */
  const firstOffset = (local: number, offset: number): number => {
    const before = offsetAt(minuteOf(local - DAY_MS))
    return before > offset && offsetAt(minuteOf(local - before * 60_000)) === before ? before : offset
  }
  return (text) => {
    const [, day, minute, second, digits = ''] = PARTS.exec(text) ?? []
    if (!day || !minute || !second) return text
    const offset = offsetAt(`${day}T${minute}`)
    const at = Date.parse(`${day}T${minute}:${second}Z`) + offset * 60_000
    const local = new Date(at).toISOString().slice(0, -5)
    if (format === 'date') return local.slice(0, 10)
    const micros = digits.padEnd(6, '0').slice(0, 6)
    const fraction = format === 'seconds' || micros === '000000' ? '' : `.${micros}`
    return `${local}${fraction}${offsetText(firstOffset(at, offset))}`
  }
}

function offsetText(minutes: number): string {
  if (minutes === 0) return 'Z'
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`
}
