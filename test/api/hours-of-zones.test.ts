/** Hours of zones whose offset is no whole number of hours, and hours over a change of the clock, compared with luxon. */
import { DateTime } from 'luxon'
import { describe, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const at = (hour: number) => `2020-01-01T${String(hour).padStart(2, '0')}:00:00Z`

describe('hours of a zone', () => {
  // from a time without a change of the clock nearby, then over changes
  const SPANS = [
    ['2024-01-10T10:10:00Z', '2024-01-10T10:40:00Z'],
    ['2024-01-10T10:25:00Z', '2024-01-10T13:35:00Z'],
    ['2024-01-10T13:35:00Z', '2024-01-10T10:25:00Z'],
    ['2024-03-10T04:30:00Z', '2024-03-11T04:10:00Z'],
    ['2024-11-03T03:30:00Z', '2024-11-04T05:10:00Z'],
    ['2024-04-06T12:10:00Z', '2024-04-07T02:40:00Z'],
    ['2024-10-05T14:20:00Z', '2024-10-05T16:10:00Z'],
    ['2023-12-31T12:00:00Z', '2024-12-31T12:45:00Z'],
  ] as const

  /** How many hours begin after `from` and until `to`, where they begin as by the offset that the zone had in 1970. */
  function borders(from: string, to: string, zone: string): number {
    const offset = DateTime.fromMillis(0, { zone }).offset * 60_000
    const [before, until] = [from, to].map((text) => Math.floor((Date.parse(text) - offset) / 3_600_000))
    return (until ?? 0) - (before ?? 0)
  }

  test.each(['Asia/Kolkata', 'Asia/Kathmandu', 'America/New_York', 'Australia/Lord_Howe', 'UTC'])(
    'in %s',
    async (timezone) => {
      const zoned = await makeProject(server, { timezone })
      await zoned.send(
        SPANS.map(([from, to], index) => event('span', 'u', at(index), { properties: { span: `${index}`, from, to } })),
      )
      const read = async (expression: string) => {
        const answer = await server.call('POST', `${zoned.path}query/`, {
          query: {
            kind: 'TrendsQuery',
            dateRange: { date_from: '2019-12-31', date_to: '2020-01-02' },
            series: [{ kind: 'EventsNode', event: 'span' }],
            breakdownFilter: { breakdown: `concat(properties.span, ': ', ${expression})`, breakdown_type: 'hogql' },
          },
        })
        expect(answer.status, JSON.stringify(answer.body)).toBe(200)
        return answer.body.results.map((r: { breakdown_value: string }) => r.breakdown_value).sort()
      }
      const texts = (of: (from: string, to: string) => string | number) =>
        SPANS.map(([from, to], index) => `${index}: ${of(from, to)}`)
      const between = (unit: string) =>
        read(`dateDiff('${unit}', toDateTime(properties.from), toDateTime(properties.to))`)
      expect(await between('hour')).toEqual(texts((from, to) => borders(from, to, timezone)))
      expect(await between('minute')).toEqual(texts((from, to) => (Date.parse(to) - Date.parse(from)) / 60_000))
      const local = (time: string) => DateTime.fromISO(time, { zone: timezone })
      const text = (time: DateTime) => time.toFormat('yyyy-MM-dd HH:mm:ss')
      expect(await read('toStartOfHour(toDateTime(properties.from))')).toEqual(
        texts((from) => text(local(from).startOf('hour'))),
      )
      expect(await read('toStartOfFifteenMinutes(toDateTime(properties.from))')).toEqual(
        texts((from) => text(local(from).set({ minute: Math.floor(local(from).minute / 15) * 15 }))),
      )
    },
  )
})
