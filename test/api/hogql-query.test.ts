/** HogQLQuery: whole texts of SQL, through `POST query/`. */
import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
const ask = (query: string, more: object = {}, body: object = {}) =>
  server.call('POST', `${project.path}query/`, { query: { kind: 'HogQLQuery', query, ...more }, ...body })
beforeAll(() =>
  project.send([
    event('seen', 'a', '2020-01-01T10:00:00Z', { properties: { plan: 'pro', price: 10 } }),
    event('seen', 'b', '2020-01-02T11:30:00.5Z', { properties: { plan: 'free', price: 2.5 } }),
    event('paid', 'a', '2020-01-03T12:00:00Z', { properties: { plan: 'pro' } }),
  ]),
)

test('rows are lists, in the order of the columns, which have names and types', async () => {
  const { status, body } = await ask('select event as what, count() as times from events group by event order by what')
  expect([status, body]).toMatchObject([
    200,
    {
      results: [
        ['paid', 1],
        ['seen', 2],
      ],
      columns: ['what', 'times'],
      types: [
        ['what', 'String'],
        ['times', expect.any(String)],
      ],
      hasMore: false,
      limit: 100,
      offset: 0,
      error: null,
    },
  ])
})
