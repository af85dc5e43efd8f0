/** What functions of dates give where ClickHouse and Postgres differ (docs/hogql-values.md 5). */
import { describe, expect, test } from 'vitest'
import { valuesOf } from '../support/hogql-values.ts'
import { testServer } from '../support/server.ts'
import { makeProject } from '../support/world.ts'

const server = await testServer()
const utc = valuesOf(server, await makeProject(server))
const sydney = valuesOf(server, await makeProject(server, { timezone: 'Australia/Sydney' }))
const { check, refused } = utc

const FORMS = [
  '2020-01-15',
  '2020-1-5',
  '2020-01-15 13:45',
  '2020-01-15 13:45:30',
  '2020-01-15T13:45:30Z',
  '2020-01-15T13:45:30.123456Z',
  '2020-01-15 13:45:30.5',
  '2020-01-15T13:45:30+02:00',
  '2020-01-15T13:45:30-0530',
  '2020-01-15 13:45:30 +05',
  '20200115',
  '20200115 10:20:30',
  '20200115102030',
  '2020/01/15 13:45:30',
  '15/01/2020',
  '15/01/2020 10:20:30',
  '01/02/2020',
  '12/31/2020',
  '15.01.2020',
  'Jan 15 2020',
  'January 15, 2020 10:20',
  '15 Jan 2020 10:20:30',
  '15-Jan-2020',
  'Wed, 15 Jan 2020 13:45:30 GMT',
  '2020-01-15 01:45 PM',
  '2020-01-15 12:00 AM',
  '1579095930',
  '1579095930123',
  '2024-02-29',
  // no dates
  '2020-13-01',
  '2020-02-30',
  '2023-02-29',
  '2020-01-15 25:00',
  '2020-01-15 13:60',
  '2020-01-15 13',
  '2020-01-15Tx',
  'yesterday',
  '',
  '2020',
  '0000-01-01',
  '2020-01-15 13:45 PM',
  '2020-01-15T13:45:30+99:00',
]

describe.each([
  ['UTC', utc],
  ['Sydney', sydney],
])('texts that are dates, in %s', (_, project) => {
  test.each(['toDateTime', 'toDateTimeUS'])('%s reads a constant as it reads data', async (fn) => {
    const data = (await project.answer(FORMS.map((form) => `${fn}(concat('${form}', ''))`))).results[0]
    const constants: unknown[] = []
    for (const form of FORMS) {
      const { status, body } = await project.ask([`${fn}('${form}')`])
      constants.push(status === 200 ? body.results[0][0] : null)
    }
    expect(FORMS.map((form, index) => [form, constants[index]])).toEqual(
      FORMS.map((form, index) => [form, data[index]]),
    )
    expect(data.slice(0, FORMS.indexOf('2020-13-01'))).not.toContain(null)
    expect(new Set(data.slice(FORMS.indexOf('2020-13-01')))).toEqual(new Set([null]))
  })
})

test('what texts of dates say', () =>
  check([
    [`toDateTime('01/02/2020')`, '2020-02-01T00:00:00Z'],
    [`toDateTimeUS('01/02/2020')`, '2020-01-02T00:00:00Z'],
    [`toDateTime('2020-01-15 01:45 PM')`, '2020-01-15T13:45:00Z'],
    [`toDateTime('2020-01-15T13:45:30-05:30')`, '2020-01-15T19:15:30Z'],
    [`toDateTime('2020-01-15T13:45:30.123456Z')`, '2020-01-15T13:45:30.123456Z'],
    [`toDateTime('20200115102030')`, '2020-01-15T10:20:30Z'],
    [`toDateTime('Jan 15, 2020 10:20')`, '2020-01-15T10:20:00Z'],
    ['toDateTime(1579095930)', '2020-01-15T13:45:30Z'],
    [`toDateTime('2020-09-13 12:26:40', 'Asia/Tokyo')`, '2020-09-13T12:26:40+09:00'],
    [`toDate('2020-01-15 10:00:00')`, null],
    [`toDate('abc')`, null],
    [`toDate('2020-02-30')`, null],
    [`toDate('20200115')`, '2020-01-15'],
    [`parseDateTime('15/01/2020 10:20', '%d/%m/%Y %H:%i')`, '2020-01-15T10:20:00Z'],
    [`parseDateTime('Mar 7 2021 09:05 PM', '%b %e %Y %h:%i %p')`, '2021-03-07T21:05:00Z'],
    [`parseDateTime('2021-03-07', '%Y-%m-%d %H')`, null],
    [`parseDateTime('2021-03-07x', '%F')`, null],
    [`parseDateTime('2021 066', '%Y %j')`, '2021-03-07T00:00:00Z'],
    [`parseDateTimeBestEffort('nothing')`, null],
    ['make_date(2021, 2, 30)', null],
    ['make_timestamp(2021, 2, 3, 4, 5, 6.5)', '2021-02-03T04:05:06Z'],
  ]))

test('weeks', () =>
  check([
    [`toWeek(toDate('2021-01-01'), 0)`, 0],
    [`toWeek(toDate('2021-01-01'), 1)`, 0],
    [`toWeek(toDate('2021-01-01'), 2)`, 52],
    [`toWeek(toDate('2021-01-01'), 3)`, 53],
    [`toWeek(toDate('2016-12-27'), 0)`, 52],
    [`toWeek(toDate('2016-12-27'), 1)`, 52],
    [`toYearWeek(toDate('2016-12-27'), 1)`, 201652],
    [`toYearWeek(toDate('2021-01-01'))`, 202052],
    [`toYearWeek(toDate('2024-12-30'), 3)`, 202501],
    [`toLastDayOfWeek(toDate('2021-01-01'))`, '2021-01-02'],
    [`toLastDayOfWeek(toDate('2021-01-01'), 1)`, '2021-01-03'],
    [`toStartOfWeek(toDate('2021-01-03'), 3)`, '2020-12-28'],
    [`toStartOfWeek(toDate('2021-01-03'), 0)`, '2021-01-03'],
    [`toStartOfISOYear(toDate('2021-01-02'))`, '2019-12-30'],
    [`toISOYear(toDate('2021-01-02'))`, 2020],
  ]))

test('stretches of time', () =>
  check([
    [`toStartOfInterval(toDateTime('2021-08-14 13:47:58'), interval 7 minute)`, '2021-08-14T13:43:00Z'],
    [`toStartOfInterval(toDateTime('2021-08-14 13:47:58'), interval 5 hour)`, '2021-08-14T10:00:00Z'],
    [`toStartOfInterval(toDateTime('2021-08-14 13:47:58'), interval 20 second)`, '2021-08-14T13:47:40Z'],
    [`toStartOfInterval(toDateTime('2021-08-14 13:47:58'), interval 2 week)`, '2021-08-09'],
    [`toStartOfInterval(toDateTime('2021-08-14 13:47:58'), interval 4 month)`, '2021-05-01'],
    [`toStartOfInterval(toDateTime('2021-08-14 13:47:58'), toIntervalDay(1 + 2))`, '2021-08-13T00:00:00Z'],
    [`timeSlot(toDateTime('2021-08-14 13:47:58'))`, '2021-08-14T13:30:00Z'],
    [`toStartOfSecond(toDateTime('2021-08-14 13:47:58.75'))`, '2021-08-14T13:47:58Z'],
    [`dateTrunc('hour', toDateTime('2021-08-14 13:47:58'), 'Asia/Kolkata')`, '2021-08-14T19:00:00+05:30'],
  ]))

test('moves', () =>
  check([
    [`toDate('2021-01-31') + interval 1 month`, '2021-02-28'],
    [`interval 1 day + toDate('2021-01-31')`, '2021-02-01'],
    [`toDate('2021-01-31') + interval 1 hour`, '2021-01-31T01:00:00Z'],
    [`toDateTime('2021-01-01 00:00:00') + (interval 1 day + interval 2 hour)`, '2021-01-02T02:00:00Z'],
    [`toDateTime('2021-01-01 00:00:00') - (interval 1 month - interval 1 day)`, '2020-12-02T00:00:00Z'],
    [`dateAdd('month', 1, toDate('2021-01-31'))`, '2021-02-28'],
    [`dateAdd(toDate('2021-01-01'), interval 2 week)`, '2021-01-15'],
    [`date_add(interval 2 week, toDate('2021-01-01'))`, '2021-01-15'],
    [`date_sub('day', 1, toDate('2021-01-01'))`, '2020-12-31'],
    [`dateSub(toDateTime('2021-01-01 00:00:00'), interval 1 second)`, '2020-12-31T23:59:59Z'],
    [`1 + toDate('2021-01-01')`, '2021-01-02'],
    [`toDate('2021-01-10') - toDate('2021-01-01')`, 9],
    [`toDateTime('2021-01-01 00:00:10') - toDateTime('2021-01-01 00:00:00')`, 10],
    [`addMilliseconds(toDateTime('2021-01-01 00:00:00'), 1500)`, '2021-01-01T00:00:01.500000Z'],
    [`addDays(toDate('2021-01-01'), null)`, null],
    [`toDateTime('2021-01-01 00:00:00') + make_interval(1, 1, 1, 1, 1, 1)`, '2022-02-02T01:01:01Z'],
    [`addQuarters(toDate('2020-11-30'), 1)`, '2021-02-28'],
    [`dateDiff('mm', toDate('2021-01-31'), toDate('2021-02-01'))`, 1],
    [`age('week', toDate('2021-01-01'), toDate('2021-01-14'))`, 1],
    [`age('month', toDate('2021-02-28'), toDate('2021-01-31'))`, 0],
    [`age('year', toDate('2021-06-14'), toDate('2000-06-15'))`, -20],
    [`dateDiff('microsecond', toDateTime('2021-01-01 00:00:00'), toDateTime('2021-01-01 00:00:00.000005'))`, 5],
  ]))

test('texts of dates', () =>
  check([
    [
      `formatDateTime(toDateTime('2021-03-07 09:05:06'), '%e|%w|%C|%y|%g|%z|%n|%r|%c|%k|%l')`,
      ' 7|0|20|21|21|+0000|\n|09:05 AM|03|09|09',
    ],
    [`formatDateTime(toDateTime('2021-03-07 09:05:06'), '%z', 'America/New_York')`, '-0500'],
    [`formatDateTime(toDateTime('2021-03-07 09:05:06'), 'plain "text"')`, 'plain "text"'],
    [`formatDateTime(toDateTime('2021-03-07 09:05:06.25'), '%f')`, '250000'],
    [`to_char(toDate('2021-03-07'), '%Y/%m')`, '2021/03'],
    [`dateName('dayofyear', toDate('2021-03-07'))`, '66'],
    [`toYYYYMMDDhhmmss(toDateTime('2021-03-07 09:05:06'))`, 20210307090506],
    [`toYYYYMM(toDate('2021-03-07'))`, 202103],
    [`date_part('dow', toDate('2021-03-07'))`, 7],
    [`extract(month from toDate('2021-03-07'))`, 3],
  ]))

const IN_ZONES: readonly (readonly [string, unknown])[] = [
  [`toTimeZone(toDateTime('2021-07-01T22:30:00Z'), 'Asia/Tokyo')`, '2021-07-02T07:30:00+09:00'],
  [`toStartOfDay(toTimeZone(toDateTime('2021-07-01T22:30:00Z'), 'America/New_York'))`, '2021-07-01T00:00:00-04:00'],
  [`toStartOfMonth(toTimeZone(toDateTime('2021-06-30T22:30:00Z'), 'America/New_York'))`, '2021-06-01'],
  [`toDate(toTimeZone(toDateTime('2021-07-01T14:30:00Z'), 'UTC'))`, '2021-07-01'],
  [`toDate(toDateTime('2021-07-01T14:30:00Z'))`, '2021-07-02'],
  [`toDate(toTimeZone(toDateTime('2021-07-01T14:30:00Z'), 'UTC')) = '2021-07-01'`, 1],
  [`addDays(toTimeZone(toDateTime('2021-03-13T17:00:00Z'), 'America/New_York'), 1)`, '2021-03-14T12:00:00-04:00'],
  [`toString(toTimeZone(toDateTime('2021-07-01 10:00:00'), 'UTC'))`, '2021-07-01 00:00:00'],
  [`timeZoneOffset(toTimeZone(toDateTime('2021-07-01 10:00:00'), 'America/New_York'))`, -14400],
  [`toUnixTimestamp(toDate('2021-07-01'))`, 1625061600],
  [`toStartOfInterval(toDateTime('2021-07-01 13:47:58'), interval 6 hour)`, '2021-07-01T12:00:00+10:00'],
  [`if(toDateTime('2021-07-01 00:00:00') = '2021-07-01', 1, 0)`, 1],
  [`timezone('UTC', toDateTime('2021-07-01 10:00:00'))`, '2021-07-01T00:00:00Z'],
  ['timeZoneOf(now())', 'Australia/Sydney'],
  [`[toDateTime('2021-07-01 10:00:00.5')]`, ['2021-07-01T10:00:00.500000+10:00']],
]
test.each(IN_ZONES)('a zone of its own: %s', (expression, value) => sydney.check([[expression, value]]))

test.each([
  [`toDateTime('yesterday')`, 'This is no date.'],
  [`toStartOfSecond(toDateTime('2021-01-01 00:00:00'))`, 'toStartOfSecond takes an instant with a fraction.'],
  [`toTimeZone(now(), 'Nowhere')`, 'This is no time zone.'],
  [`dateTrunc('fortnight', now())`, 'The first argument is one of'],
  [`formatDateTime(now(), '%N')`, 'The format %N is not known.'],
  [`toStartOfInterval(now(), interval 0 day)`, 'An interval is one or more.'],
  [`toStartOfInterval(now(), 5)`, 'The second argument is an interval'],
  ['now() + now()', 'Two dates cannot be added.'],
  [`date_part('fortnight', now())`, 'The first argument is one of'],
])('refused: %s', async (expression, detail) => {
  expect(await refused(expression)).toContain(detail)
})
