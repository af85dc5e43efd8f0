/** Values of expressions, as an answer shows them. */
import { expect } from 'vitest'
import type { TestServer } from './server.ts'

type Cases = readonly (readonly [expression: string, value: unknown])[]

/** Asks a project for values of expressions. */
export function valuesOf(server: Pick<TestServer, 'call'>, project: { readonly path: string }) {
  const ask = (expressions: readonly string[]) => {
    const query = `select ${expressions.map((each, index) => `${each} as x${index}`).join(', ')}`
    return server.call('POST', `${project.path}query/`, { query: { kind: 'HogQLQuery', query } })
  }
  async function answer(expressions: readonly string[]) {
    const { status, body } = await ask(expressions)
    expect(status, `${expressions.join(', ')}: ${JSON.stringify(body)}`).toBe(200)
    return body
  }
  return {
    answer,
    ask,
    check: async (cases: Cases) => {
      const { results } = await answer(cases.map(([expression]) => expression))
      expect(cases.map(([expression], index) => [expression, results[0][index]])).toEqual(cases)
    },
    refused: async (expression: string): Promise<string> => {
      const { status, body } = await ask([expression])
      expect(status, `${expression}: ${JSON.stringify(body)}`).toBe(400)
      return body.detail
    },
  }
}
