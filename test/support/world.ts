import { expect } from 'vitest'
import type { TestServer } from './server.ts'

export interface TestProject {
  readonly id: number
  readonly token: string
  /** `/api/projects/:id/` */
  readonly path: string
  send(events: readonly Record<string, unknown>[]): Promise<void>
  /** The numbers of a TrendsQuery, one list for each series. */
  trend(query: Record<string, unknown>): Promise<number[][]>
}

/** A fresh project of the development organization. */
export async function makeProject(server: TestServer, settings: object = {}): Promise<TestProject> {
  const made = await server.call('POST', '/api/organizations/@current/projects/', { name: 'test', ...settings })
  expect(made.status).toBe(201)
  const { id, api_token: token } = made.body
  const path = `/api/projects/${id}/`
  return {
    id,
    token,
    path,
    async send(events) {
      const sent = await server.call('POST', '/batch/', { api_key: token, batch: events })
      expect(sent.status).toBe(200)
    },
    async trend(query) {
      const body = { query: { kind: 'TrendsQuery', ...query }, refresh: 'force_blocking' }
      const answer = await server.call('POST', `${path}query/`, body)
      expect(answer.body.results, JSON.stringify(answer.body)).toBeDefined()
      return answer.body.results.map((result: { data: number[] }) => result.data)
    },
  }
}

export const event = (name: string, id: string, timestamp: string, more: object = {}) => ({
  event: name,
  distinct_id: id,
  timestamp,
  properties: {},
  ...more,
})

/** 1 to 3 January 2020. */
export const THREE_DAYS = { dateRange: { date_from: '2020-01-01', date_to: '2020-01-03' }, interval: 'day' }
export const counts = (event: string, more: object = {}) => ({ series: [{ kind: 'EventsNode', event, ...more }] })
