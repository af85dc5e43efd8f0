import { describe, expect, it } from 'vitest'
import { buckets, type DateRangeInput, dateRange, dayOf, iso, labelOf, previousRange } from '../../../lib/plan/dates.ts'

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
