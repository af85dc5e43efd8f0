import { PostHogAgentToolkit } from '@posthog/agent-toolkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KEY, TOKEN } from '../../local/credentials.ts'
import { type Deployment, startDeployment } from '../support/deployment.ts'

let deployment: Deployment
let call: (tool: string, params?: object) => Promise<unknown>

beforeAll(async () => {
  deployment = await startDeployment()
  const toolkit = new PostHogAgentToolkit({ posthogApiToken: KEY, posthogApiBaseUrl: deployment.url })
  const context = toolkit.getContext()
  const tools = await toolkit.getTools()
  call = async (name, params = {}) => {
    const tool = tools.find((candidate) => candidate.name === name)
    if (!tool) throw new Error(`no tool ${name} among ${tools.map((candidate) => candidate.name).join(', ')}`)
    const answer = (await tool.handler(context, tool.schema.parse(params))) as { content: { text: string }[] }
    const text = answer.content[0]?.text ?? ''
    try {
      return JSON.parse(text)
    } catch {
      return text
    }
  }
  await fetch(`${deployment.url}/batch/`, {
    method: 'POST',
    body: JSON.stringify({
      api_key: TOKEN,
      batch: [
        { event: 'sold', distinct_id: 'a', timestamp: '2020-01-01T10:00:00Z', properties: { amount: 3 } },
        { event: 'sold', distinct_id: 'b', timestamp: '2020-01-02T10:00:00Z', properties: { amount: 4 } },
      ],
    }),
  })
})
afterAll(() => deployment.close())

const query = {
  kind: 'InsightVizNode',
  source: {
    kind: 'TrendsQuery',
    series: [{ kind: 'EventsNode', event: 'sold', custom_name: 'sold', math: 'total' }],
    dateRange: { date_from: '2020-01-01', date_to: '2020-01-02' },
    interval: 'day',
  },
}

test('the toolkit creates, lists, reads, queries, updates and deletes an insight', async () => {
  const created = (await call('insight-create-from-query', {
    data: { name: 'Sales', query, favorited: false },
  })) as { id: number; short_id: string }
  expect(created.id).toBeGreaterThan(0)
  expect(await call('insights-get-all', { data: { limit: 10 } })).toMatchObject([{ id: created.id, name: 'Sales' }])
  expect(await call('insight-get', { insightId: created.short_id })).toMatchObject({ id: created.id, query })
  const answer = JSON.stringify(await call('insight-query', { insightId: String(created.id) }))
  expect(answer).toContain('[1,1]')
  const renamed = await call('insight-update', { insightId: String(created.id), data: { name: 'Sold', query } })
  expect(renamed).toMatchObject({ name: 'Sold' })
  await call('insight-delete', { insightId: String(created.id) })
  expect(await call('insights-get-all', { data: { limit: 10 } })).toEqual([])
})

test('the toolkit runs a query and reads what events and properties there are', async () => {
  expect(JSON.stringify(await call('query-run', { query }))).toContain('[1,1]')
  expect(await call('event-definitions-list', {})).toMatchObject([{ name: 'sold' }])
  const properties = await call('properties-list', { type: 'event', eventName: 'sold' })
  expect(properties).toMatchObject([{ name: 'amount', property_type: 'Numeric' }])
  expect(await call('projects-get')).toMatchObject([{ id: 1 }])
})

test('the toolkit asks in SQL, saves it as an insight and asks that', async () => {
  const sql = {
    kind: 'DataVisualizationNode',
    source: {
      kind: 'HogQLQuery',
      query:
        'select distinct_id, sum(properties.amount) as amount from events group by distinct_id order by distinct_id',
    },
  }
  const rows = [
    ['a', 3],
    ['b', 4],
  ]
  expect(await call('query-run', { query: sql })).toEqual(rows)
  const created = (await call('insight-create-from-query', {
    data: { name: 'Sales by person', query: sql, favorited: false },
  })) as { id: number; short_id: string }
  expect(await call('insight-get', { insightId: created.short_id })).toMatchObject({ query: sql })
  expect(await call('insight-query', { insightId: String(created.id) })).toMatchObject({ results: rows })
  expect(await call('get-llm-total-costs-for-project', { projectId: 1, days: 3 })).toEqual([])
})
