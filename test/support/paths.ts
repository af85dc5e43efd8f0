/** Paths asked for over HTTP, in short texts. */
import { expect } from 'vitest'
import type { TestServer } from './server.ts'
import { event, makeProject, type TestProject } from './world.ts'

const DAY = '2024-03-05'
/** The day of all events of these tests. */
export const RANGE = { date_from: DAY, date_to: DAY }

export const at = (time: string) => `${DAY}T${time}Z`
/** A way of pages: `00:10 /a` and so on, minutes and seconds after noon. */
export const pages = (id: string, ...visits: readonly string[]) =>
  visits.map((visit) => {
    const [time = '', url] = visit.split(' ')
    return event('$pageview', id, at(`12:${time}`), { properties: url === undefined ? {} : { $current_url: url } })
  })

export interface Edge {
  source: string
  target: string
  value: number
  average_conversion_time: number
}

/** `edges`: `source target value seconds` of each; `people`: a distinct id of each person, sorted. */
export function pathsOf(server: TestServer) {
  async function ask(of: TestProject, pathsFilter: object, more: object = {}) {
    const query = { kind: 'PathsQuery', pathsFilter, dateRange: RANGE, ...more }
    return server.call('POST', `${of.path}query/`, { query, refresh: 'force_blocking' })
  }
  async function edges(of: TestProject, filter: object = {}, more: object = {}): Promise<string[]> {
    const { status, body } = await ask(of, { includeEventTypes: ['$pageview'], ...filter }, more)
    expect(status, JSON.stringify(body)).toBe(200)
    return body.results.map((edge: Edge) =>
      [edge.source, edge.target, edge.value, edge.average_conversion_time / 1_000].join(' '),
    )
  }
  async function people(of: TestProject, filter: object, more: object = {}): Promise<string[]> {
    const source = {
      kind: 'PathsQuery',
      pathsFilter: { includeEventTypes: ['$pageview'], ...filter },
      dateRange: RANGE,
      ...more,
    }
    const query = { kind: 'ActorsQuery', source: { kind: 'InsightActorsQuery', source }, select: ['person'] }
    const { body } = await server.call('POST', `${of.path}query/`, { query, refresh: 'force_blocking' })
    return body.results.map(([person]: [{ distinct_ids: string[] }]) => person.distinct_ids[0]).sort()
  }
  async function projectOf(events: readonly Record<string, unknown>[], settings: object = {}) {
    const made = await makeProject(server, { timezone: 'UTC', ...settings })
    await made.send(events)
    return made
  }
  return { ask, edges, people, projectOf }
}
