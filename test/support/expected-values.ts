import { expect } from 'vitest'
import type { TestServer } from './server.ts'

/** Values of SQL expressions: many in one query. Each that has another value than the one beside it is named. */
export const expectedValues =
  (server: Pick<TestServer, 'call'>, path: string) =>
  async (cases: readonly (readonly [text: string, value: unknown])[], from = ''): Promise<void> => {
    const query = `select ${cases.map(([text], i) => `${text} as v${i}`).join(', ')} ${from}`
    const { status, body } = await server.call('POST', `${path}query/`, { query: { kind: 'HogQLQuery', query } })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(cases.map(([text], i) => [text, body.results[0][i]])).toEqual(cases.map(([text, value]) => [text, value]))
  }
