/** Queries of retention for tests, and their answers. */
import { expect } from 'vitest'
import type { TestServer } from './server.ts'
import { event, type TestProject } from './world.ts'

export interface Row {
  readonly values: readonly { readonly count: number; readonly label: string; readonly aggregation_value?: number }[]
  readonly label: string
  readonly date: string
  readonly breakdown_value: string | null
}
export type Query = Readonly<Record<string, unknown>>

/** 4 to 8 March 2024, three columns. */
export const retention = (retentionFilter: object = {}, more: object = {}): Query => ({
  kind: 'RetentionQuery',
  dateRange: { date_from: '2024-03-04', date_to: '2024-03-08' },
  retentionFilter: {
    totalIntervals: 3,
    targetEntity: { id: 'start', type: 'events' },
    returningEntity: { id: 'back', type: 'events' },
    ...retentionFilter,
  },
  ...more,
})
export const by = (breakdown: unknown, breakdown_type: string, more: object = {}) => ({
  breakdownFilter: { breakdown, breakdown_type, ...more },
})

export const counts = (rows: readonly Row[]) => rows.map(({ values }) => values.map(({ count }) => count))

/** Asks queries of a project. */
export function asking(server: TestServer, project: TestProject) {
  const ask = (query: object, of = project) =>
    server.call('POST', `${of.path}query/`, { query, refresh: 'force_blocking' })
  async function rowsOf(query: object, of = project): Promise<readonly Row[]> {
    const { status, body } = await ask(query, of)
    expect(status, JSON.stringify(body)).toBe(200)
    return body.results
  }
  return { ask, rowsOf }
}

/** An hour of a day of March 2024. */
export const at = (day: number, hour = 10) =>
  `2024-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`

/** Some events `start` and `back` of eleven persons, from 2 to 9 March 2024. */
export const someEvents = () => {
  const random = (n: number) => ((n * 2_654_435_761) >>> 8) % 97
  return Array.from({ length: 160 }, (_, n) => {
    const person = random(n) % 11
    const name = random(n + 1_000) % 3 === 0 ? 'start' : 'back'
    return event(name, `p${person}`, at(2 + (random(n + 2_000) % 8), random(n + 3_000) % 24), {
      properties: {
        $browser: [undefined, '', 'a', 'b', 'c'][random(n + 4_000) % 5],
        plan: ['x', 'y', undefined][random(n + 5_000) % 3],
        amount: random(n + 6_000) % 4,
        $groups: { org: `o${random(n + 7_000) % 4}` },
        $set: { country: ['de', 'fr', 'us'][person % 3] },
      },
    })
  })
}
