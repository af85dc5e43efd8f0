import { DateTime } from 'luxon'

/** Postgres's text of a timestamptz, or a Date -> `2012-01-15T04:01:34.123456Z`; fractions only when there are any. */
export function formatInstant(value: string | Date): string {
  if (value instanceof Date)
    return value
      .toISOString()
      .replace(/\.000Z$/, 'Z')
      .replace(/(\.\d{3})Z$/, '$1000Z')
  const [, date, time, fraction, offset] = value.match(/^(\S+)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?(.*)$/) ?? []
  if (!date || !time) throw new Error(`"${value}" is no instant`)
  const micros = fraction ? `.${fraction.padEnd(6, '0').slice(0, 6)}` : ''
  if (offset === '' || offset === 'Z' || offset === '+00') return `${date}T${time}${micros}Z`
  const utc = DateTime.fromSQL(`${date} ${time}${offset}`, { setZone: true }).toUTC()
  return `${utc.toFormat("yyyy-MM-dd'T'HH:mm:ss")}${micros}Z`
}
