/** Patterns that cannot be run are refused where they are written: when saved, and before any statement. */
import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('a', 'u', '2020-01-01T10:00:00Z', { properties: { k: 'x\ny', big: 'e'.repeat(5_000) } })])
})

const refused = async (method: string, path: string, body: object, attr: string) => {
  const answer = await server.call(method, path, body)
  expect({ status: answer.status, attr: answer.body.attr, type: answer.body.type }).toEqual({
    status: 400,
    attr,
    type: 'validation_error',
  })
}

test.each<[object, string]>([
  [{ event: '$pageview', url: '(?=x)', url_matching: 'regex' }, 'url'],
  [{ event: '$autocapture', text: 'a(', text_matching: 'regex' }, 'text'],
  [{ event: '$autocapture', href: 'a\\', href_matching: 'regex' }, 'href'],
  [{ event: '$autocapture', href: `/${'x'.repeat(1_000)}` }, 'href'],
  [{ event: '$autocapture', selector: '!' }, 'selector'],
  [{ event: '$autocapture', selector: 'a '.repeat(100_000) }, 'selector'],
  [{ event: 'a', properties: [{ key: 'k', value: '*a', operator: 'regex', type: 'event' }] }, 'properties__0__value'],
])('an action is not saved with a pattern that cannot be run: %o', async (step, key) => {
  const steps = [{ event: 'a' }, step]
  await refused('POST', `${project.path}actions/`, { name: 'bad', steps }, `steps__1__${key}`)
  const made = await server.call('POST', `${project.path}actions/`, { name: `good ${Math.random()}`, steps: [] })
  await refused('PATCH', `${project.path}actions/${made.body.id}/`, { steps }, `steps__1__${key}`)
})

test('a cohort and test-account filters are not saved with one, either', async () => {
  const condition = { type: 'person', key: 'k', operator: 'regex', value: '(?<!a)b' }
  const filters = { properties: { type: 'AND', values: [{ type: 'OR', values: [condition] }] } }
  await refused(
    'POST',
    `${project.path}cohorts/`,
    { name: 'bad', filters },
    'filters__properties__values__0__values__0__0__value',
  )
  const test_account_filters = [{ key: 'email', type: 'person', operator: 'not_regex', value: '(' }]
  await refused('PATCH', project.path, { test_account_filters }, 'test_account_filters__0__value')
})

test.each(['((a{255}){255}){255}', 'a'.repeat(1_001), '(?:(?:a?){30}){30}', '(?:a*){250}'])(
  'a filter with a pattern that would end the database is refused before it gets there: %.20s',
  async (value) => {
    const properties = [{ type: 'event', key: 'big', operator: 'regex', value }]
    const query = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'a', properties }] }
    await refused('POST', `${project.path}query/`, { query }, 'query__series__0__properties__0__value')
    const key = `match(properties.big, '${value}')`
    const byExpression = {
      kind: 'TrendsQuery',
      series: [{ kind: 'EventsNode', event: 'a' }],
      properties: [{ type: 'hogql', key }],
    }
    expect((await server.call('POST', `${project.path}query/`, { query: byExpression })).status).toBe(400)
  },
)

test('a point of a pattern is any character, the end of a line too', async () => {
  const properties = [{ type: 'event', key: 'k', operator: 'regex', value: '^x.y$' }]
  const series = [{ kind: 'EventsNode', event: 'a', properties }]
  expect(await project.trend({ series, dateRange: { date_from: '2020-01-01', date_to: '2020-01-01' } })).toEqual([[1]])
})
