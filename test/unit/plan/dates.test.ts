import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { addDays, iso, startOfDay } from '../../../lib/plan/calendar.ts'
import { buckets, type DateRangeInput, dateRange, previousRange } from '../../../lib/plan/dates.ts'
import { dayOf, labelOf } from '../../../lib/plan/labels.ts'

const now = new Date('2020-01-24T10:20:30.400Z')
const input = (changes: Partial<DateRangeInput> = {}): DateRangeInput => ({
  dateFrom: '-7d',
  dateTo: null,
  interval: 'day',
  explicitDate: false,
  exact: false,
  timezone: 'UTC',
  weekStartDay: 0,
  now,
  ...changes,
})
const span = (changes: Partial<DateRangeInput>) => {
  const range = dateRange(input(changes))
  return [iso(range.from), iso(range.countFrom), iso(range.end)].map((text) => text.replace('.000Z', 'Z'))
}

describe('date ranges', () => {
  it.each([
    [{}, '2020-01-17T00:00:00Z', '2020-01-17T00:00:00Z', '2020-01-25T00:00:00Z'],
    [{ dateFrom: '-24h' }, '2020-01-23T10:00:00Z', '2020-01-23T10:00:00Z', '2020-01-25T00:00:00Z'],
    [
      { dateFrom: '-1mStart', dateTo: '-1mEnd' },
      '2019-12-01T00:00:00Z',
      '2019-12-01T00:00:00Z',
      '2020-01-01T00:00:00Z',
    ],
    [
      { dateFrom: '-1dStart', dateTo: '-1dEnd' },
      '2020-01-23T00:00:00Z',
      '2020-01-23T00:00:00Z',
      '2020-01-24T00:00:00Z',
    ],
    [
      { dateFrom: '2020-6-1', dateTo: '2020-06-02' },
      '2020-06-01T00:00:00Z',
      '2020-06-01T00:00:00Z',
      '2020-06-03T00:00:00Z',
    ],
    [
      { dateFrom: '2020-01-09', dateTo: '2020-01-09', interval: 'hour' },
      '2020-01-09T00:00:00Z',
      '2020-01-09T00:00:00Z',
      '2020-01-09T00:00:01Z',
    ],
    [{ dateFrom: '-2h', interval: 'hour' }, '2020-01-24T08:00:00Z', '2020-01-24T08:00:00Z', '2020-01-24T11:00:00Z'],
    [{ dateFrom: '-30M', interval: 'minute' }, '2020-01-24T09:50:30Z', '2020-01-24T09:50:30Z', '2020-01-24T10:21:00Z'],
    [
      { dateFrom: '2020-01-20T10:00:00Z', dateTo: '2020-01-21T10:20:00Z', explicitDate: true },
      '2020-01-20T10:00:00Z',
      '2020-01-20T10:00:00Z',
      '2020-01-21T10:20:01Z',
    ],
    [
      { dateFrom: '2020-01-20T10:00:00+02:00', dateTo: '2020-01-20' },
      '2020-01-20T08:00:00Z',
      '2020-01-20T00:00:00Z',
      '2020-01-21T00:00:00Z',
    ],
    [
      { dateFrom: '2020-01-01', timezone: 'America/New_York' },
      '2020-01-01T05:00:00Z',
      '2020-01-01T05:00:00Z',
      '2020-01-25T05:00:00Z',
    ],
  ] as const)('%j', (changes, from, countFrom, end) => {
    expect(span(changes)).toEqual([from, countFrom, end])
  })

  it.each(['yesterday', '2020-13-01', '-7x', '7', '2020-02-30', '-99999999y', ''])('refuses %j', (dateFrom) => {
    expect(() => dateRange(input({ dateFrom }))).toThrowError(
      expect.objectContaining({ status: 400, attr: 'date_from' }),
    )
  })
})

describe('buckets', () => {
  const days = (changes: Partial<DateRangeInput>) => {
    const all = input(changes)
    return buckets(dateRange(all), all.interval, all.weekStartDay)
  }

  it('tile the range over a DST change without a gap', () => {
    const list = days({ dateFrom: '2020-03-07', dateTo: '2020-03-09', timezone: 'America/New_York' })
    expect(list.map((b) => b.bounds)).toEqual([
      { from: '2020-03-07T05:00:00.000Z', to: '2020-03-08T05:00:00.000Z' },
      { from: '2020-03-08T05:00:00.000Z', to: '2020-03-09T04:00:00.000Z' },
      { from: '2020-03-09T04:00:00.000Z', to: '2020-03-10T04:00:00.000Z' },
    ])
  })

  it('hold the repeated hour twice', () => {
    const list = days({
      dateFrom: '2020-11-01T00:00:00',
      dateTo: '2020-11-01T03:59:59',
      interval: 'hour',
      timezone: 'America/New_York',
    })
    expect(list).toHaveLength(5)
    expect(list.map((b) => dayOf(b.start, 'hour').slice(11, 13))).toEqual(['00', '01', '01', '02', '03'])
  })

  it('start weeks on Sunday or Monday and clip their labels', () => {
    const range = { dateFrom: '2020-10-29', dateTo: '2020-11-10', interval: 'week' as const }
    const labels = (weekStartDay: 0 | 1) => {
      const all = input({ ...range, weekStartDay })
      const read = dateRange(all)
      return buckets(read, 'week', weekStartDay).map(
        (b) => `${dayOf(b.start, 'week')} ${labelOf(b.start, 'week', read)}`,
      )
    }
    expect(labels(0)).toEqual(['2020-10-25 29–31 Oct', '2020-11-01 1–7 Nov', '2020-11-08 8–10 Nov'])
    expect(labels(1)).toEqual(['2020-10-26 29-Oct – 1-Nov', '2020-11-02 2–8 Nov', '2020-11-09 9–10 Nov'])
  })

  it('are at most 2,500', () => {
    expect(() => days({ dateFrom: '2000-01-01', interval: 'hour' })).toThrowError(
      expect.objectContaining({ code: 'result_too_large' }),
    )
  })
})

describe('previous period', () => {
  const previous = (changes: Partial<DateRangeInput>, compareTo: string | null = null) => {
    const all = input(changes)
    const range = previousRange(dateRange(all), compareTo, all)
    return [iso(range.from).slice(0, 16), iso(range.end).slice(0, 16)]
  }

  it.each([
    [{ dateFrom: '2020-01-15', dateTo: '2020-01-19' }, null, '2020-01-10T00:00', '2020-01-15T00:00'],
    // whole weeks move a day so that weekdays line up
    [{ dateFrom: '-7d' }, null, '2020-01-10T00:00', '2020-01-18T00:00'],
    [{ dateFrom: '-14d' }, null, '2019-12-27T00:00', '2020-01-11T00:00'],
    [{ dateFrom: '-3d' }, null, '2020-01-17T00:00', '2020-01-21T00:00'],
    [{ dateFrom: '2020-01-17', dateTo: '2020-01-24' }, '-7d', '2020-01-10T00:00', '2020-01-18T00:00'],
    [
      { dateFrom: '2020-03-05', dateTo: '2020-03-10', timezone: 'America/New_York' },
      null,
      '2020-02-28T05:00',
      '2020-03-05T05:00',
    ],
  ] as const)('%j %s', (changes, compareTo, from, end) => {
    expect(previous(changes, compareTo)).toEqual([from, end])
  })
})

describe('days without a midnight, and with two', () => {
  // the last day of each range is one whose midnight the clocks skip, or one that has two
  const DAYS: readonly (readonly [string, string])[] = [
    ['America/Santiago', '2024-09-08'],
    ['Africa/Cairo', '2024-04-26'],
    ['Asia/Beirut', '2024-03-31'],
    ['America/Havana', '2024-03-10'],
    ['Atlantic/Azores', '2024-03-31'],
    ['America/Havana', '2024-11-03'],
    ['Atlantic/Azores', '2024-10-27'],
    ['America/Santiago', '2024-04-07'],
    ['Africa/Cairo', '2024-11-01'],
  ]
  const localDay = (text: string, timezone: string) => DateTime.fromISO(text, { zone: timezone }).toISODate()
  const aMinute = { minutes: 1 }

  it.each(DAYS)('%s %s: a day starts with its first minute and ends before the next', (timezone, day) => {
    for (const hour of ['00:30', '01:30', '12:00', '23:30']) {
      const start = startOfDay(DateTime.fromISO(`${day}T${hour}`, { zone: timezone }))
      expect([start.toISODate(), start.minus(aMinute).toISODate()]).toEqual([day, addDays(start, -1).toISODate()])
      const next = addDays(start, 1)
      expect([next.minus(aMinute).toISODate(), next.toISODate()]).toEqual([
        day,
        addDays(start, 2).minus(aMinute).toISODate(),
      ])
    }
  })

  it.each(DAYS)('%s %s: a range that ends on it has no hour of the next day', (timezone, day) => {
    const first = DateTime.fromISO(day, { zone: timezone }).minus({ days: 3 }).toISODate() ?? ''
    const all = input({ dateFrom: first, dateTo: day, timezone })
    const list = buckets(dateRange(all), 'day', 0)
    expect(list.map(({ start }) => dayOf(start, 'day'))).toHaveLength(4)
    for (const { start, bounds } of list)
      for (const instant of [bounds.from, new Date(Date.parse(bounds.to) - 1).toISOString()])
        expect(localDay(instant, timezone)).toBe(dayOf(start, 'day'))
    expect(list.map(({ bounds }) => bounds.to).slice(0, -1)).toEqual(list.map(({ bounds }) => bounds.from).slice(1))
  })

  it.each(DAYS)('%s %s: relative ranges and those before end with their days, too', (timezone, day) => {
    const now = DateTime.fromISO(`${day}T12:00`, { zone: timezone }).plus({ days: 2 }).toJSDate()
    const ends = (changes: Partial<DateRangeInput>, compareTo: string | null) => {
      const all = input({ timezone, now, ...changes })
      const range = dateRange(all)
      return [range, previousRange(range, compareTo, all)].map(({ from, end }) => [
        localDay(iso(from), timezone),
        localDay(iso(from.minus(aMinute)), timezone) === localDay(iso(from), timezone),
        localDay(iso(end.minus(aMinute)), timezone),
        localDay(iso(end), timezone) === localDay(iso(end.minus(aMinute)), timezone),
      ])
    }
    const shifted = (days: number) => DateTime.fromISO(day).plus({ days }).toISODate()
    const whole = (from: number, to: number) => [shifted(from), false, shifted(to), false]
    expect(ends({ dateFrom: '-2d', dateTo: '-2d' }, null)).toEqual([whole(0, 0), whole(-1, -1)])
    expect(ends({ dateFrom: '-2dStart', dateTo: '-2dEnd' }, '-1w')).toEqual([whole(0, 0), whole(-7, -7)])
    expect(ends({ dateFrom: shifted(1) ?? '', dateTo: shifted(2) }, null)).toEqual([whole(1, 2), whole(-1, 0)])
    expect(ends({ dateFrom: shifted(1) ?? '', dateTo: shifted(1) }, '-1d')).toEqual([whole(1, 1), whole(0, 0)])
  })
})

describe('previous period of hours', () => {
  const previous = (changes: Partial<DateRangeInput>) => {
    const all = input({ interval: 'hour', ...changes })
    const range = previousRange(dateRange(all), null, all)
    return [iso(range.from).slice(0, 19), iso(range.end).slice(0, 19)]
  }

  it.each([
    // not at the hour that the length leads to
    ['2020-01-20T10:00:00', '2020-01-23T15:59:59', '2020-01-17T10:00:00', '2020-01-20T16:00:00'],
    ['2020-01-20T10:00:00', '2020-01-21T03:59:59', '2020-01-19T10:00:00', '2020-01-20T04:00:00'],
    // a few hours of a day: those of the day before, not themselves
    ['2020-01-20T10:00:00', '2020-01-20T15:59:59', '2020-01-19T10:00:00', '2020-01-19T16:00:00'],
  ])('of %s to %s starts at the same hour of the day', (dateFrom, dateTo, from, end) => {
    expect(previous({ dateFrom, dateTo })).toEqual([from, end])
  })

  it('of the last 24 hours starts at their hour', () => {
    expect(previous({ dateFrom: '-24h' })).toEqual(['2020-01-22T10:00:00', '2020-01-23T11:00:00'])
  })
})

describe('dates that the database does not have', () => {
  it.each([
    ['9999-12-31', null, 'date_from'],
    ['2020-01-01', '9999-12-31', 'date_to'],
    ['2020-01-01', '10000-01-01', 'date_to'],
    ['0001-01-01', '0001-01-02', 'date_from'],
    ['0000-06-01', null, 'date_from'],
    ['-99999999999d', null, 'date_from'],
    ['-999999999d', null, 'date_from'],
    ['-999999999y', null, 'date_from'],
    [`-${'9'.repeat(400)}h`, null, 'date_from'],
    ['-2020y', null, 'date_from'],
  ])('%s to %s is a 400', (dateFrom, dateTo, attr) => {
    for (const timezone of ['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'])
      expect(() => dateRange(input({ dateFrom, dateTo, timezone })), timezone).toThrowError(
        expect.objectContaining({ status: 400, attr }),
      )
  })

  it.each(['-1000000000w', '-999999999w', '-3000y', '-999999999s'])('comparing with %s is a 400', (compareTo) => {
    const all = input({ dateFrom: '2020-01-15', dateTo: '2020-01-19' })
    if (compareTo.endsWith('s')) return expect(previousRange(dateRange(all), compareTo, all).from.year).toBe(1988)
    expect(() => previousRange(dateRange(all), compareTo, all)).toThrowError(
      expect.objectContaining({ status: 400, attr: 'compareFilter__compare_to' }),
    )
  })

  it('a period before the first year is a 400', () => {
    const all = input({ dateFrom: '0900-01-01' })
    expect(() => previousRange(dateRange(all), null, all)).toThrowError(expect.objectContaining({ status: 400 }))
  })
})
