/** Instants to the microsecond, as texts in UTC: `2026-01-31 10:00:00.123456`. Pure. */
import { DateTime } from 'luxon'

/** The instant of an ISO text, of a date, or of the same with a blank for the `T`; UTC unless it names an offset. */
export function utcText(text: string): string {
  const fraction = /:\d\d[.,](\d{1,6})/.exec(text)?.[1] ?? ''
  const whole = DateTime.fromISO(
    text
      .trim()
      .replace(' ', 'T')
      .replace(/[.,]\d+/, ''),
    { zone: 'utc' },
  )
  if (!whole.isValid) throw new Error(`${JSON.stringify(text)} is no instant`)
  return `${whole.toFormat('yyyy-MM-dd HH:mm:ss')}.${fraction.padEnd(6, '0')}`
}

/** So many days later. */
export function daysAfter(text: string, days: number): string {
  const [whole = '', fraction = ''] = text.split('.')
  return `${DateTime.fromSQL(whole, { zone: 'utc' }).plus({ days }).toFormat('yyyy-MM-dd HH:mm:ss')}.${fraction}`
}
