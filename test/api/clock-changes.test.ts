/** Days whose midnight the clocks skip, and days that have two: each event counts in its own day, and in no other. */
import { DateTime } from 'luxon'
import { expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()

test.each([
  // the day of the change; how many half hours it has
  ['America/Santiago', '2024-09-08', 46],
  ['Africa/Cairo', '2024-04-26', 46],
  ['America/Havana', '2024-11-03', 50],
])('%s %s', async (timezone, day, halfHours) => {
  const project = await makeProject(server, { timezone })
  const start = DateTime.fromISO(day).minus({ days: 2 }).setZone(timezone, { keepLocalTime: true })
  const times = Array.from({ length: 48 * 5 }, (_, index) => start.plus({ minutes: 30 * index + 15 }))
  await project.send(times.map((at, index) => event('view', `u${index % 7}`, at.toUTC().toISO() ?? '')))
  const local = (offset: number) => DateTime.fromISO(day).plus({ days: offset }).toISODate()
  const days = (from: number, to: number) => ({ date_from: local(from), date_to: local(to) })
  const series = [{ kind: 'EventsNode', event: 'view' }]
  expect(await project.trend({ series, dateRange: days(-2, 0) })).toEqual([[48, 48, halfHours]])
  expect(await project.trend({ series, dateRange: days(0, 1) })).toEqual([[halfHours, 48]])
  expect(await project.trend({ series, dateRange: days(1, 1), compareFilter: { compare: true } })).toEqual([
    [48],
    [halfHours],
  ])
  const active = [{ kind: 'EventsNode', event: 'view', math: 'weekly_active' }]
  expect(await project.trend({ series: active, dateRange: days(-1, 0) })).toEqual([[7, 7]])
  const steps = await server.call('POST', `${project.path}query/`, {
    query: {
      kind: 'FunnelsQuery',
      series: [...series, ...series],
      dateRange: days(0, 0),
      funnelsFilter: { funnelVizType: 'trends' },
    },
  })
  expect(steps.body.results[0].days).toEqual([local(0)])
})
