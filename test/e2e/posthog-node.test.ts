import { PostHog } from 'posthog-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TOKEN } from '../../local/credentials.ts'
import { type Deployment, startDeployment } from '../support/deployment.ts'

const DAYS = { interval: 'day', dateRange: { date_from: '2020-03-01', date_to: '2020-03-03' } }
const on = (day: number) => new Date(Date.UTC(2020, 2, day, 12))

let deployment: Deployment

beforeAll(async () => {
  deployment = await startDeployment()
})
afterAll(() => deployment.close())

test.each(['v0', 'v1'])('events, people, aliases and groups of posthog-node over capture %s', async (mode) => {
  process.env.POSTHOG_CAPTURE_MODE = mode
  const client = new PostHog(TOKEN, { host: deployment.url, flushAt: 100, flushInterval: 0 })
  const name = `order ${mode}`
  const person = (id: string) => `${mode} ${id}`
  client.capture({
    distinctId: person('ann'),
    event: name,
    properties: { amount: 10.5, plan: 'team' },
    timestamp: on(1),
  })
  client.capture({
    distinctId: person('ann web'),
    event: name,
    properties: { amount: 4, plan: 'free' },
    timestamp: on(3),
  })
  client.capture({ distinctId: person('bob'), event: name, properties: { amount: 1, plan: 'team' }, timestamp: on(3) })
  client.identify({ distinctId: person('ann'), properties: { country: mode } })
  client.alias({ distinctId: person('ann'), alias: person('ann web') })
  client.groupIdentify({ groupType: 'company', groupKey: mode, properties: { size: 3 } })
  await client.shutdown()
  delete process.env.POSTHOG_CAPTURE_MODE

  expect(await deployment.count({ event: name }, DAYS)).toEqual([1, 0, 2])
  expect(await deployment.count({ event: name, math: 'sum', math_property: 'amount' }, DAYS)).toEqual([10.5, 0, 5])
  const weekly = { interval: 'month', dateRange: { date_from: '2020-03-01', date_to: '2020-03-31' } }
  // ann has two ids and is one person
  expect(await deployment.count({ event: name, math: 'dau' }, weekly)).toEqual([2])
  const country = [{ type: 'person', key: 'country', value: [mode], operator: 'exact' }]
  expect(await deployment.count({ event: name }, { ...DAYS, properties: country })).toEqual([1, 0, 1])
  const team = [{ type: 'event', key: 'plan', value: 'team', operator: 'exact' }]
  expect(await deployment.count({ event: name }, { ...DAYS, properties: team })).toEqual([1, 0, 1])
})

test('events about language models, which have a path of their own, were lost', async () => {
  const client = new PostHog(TOKEN, { host: deployment.url, flushAt: 100, flushInterval: 0 })
  const properties = { $ai_model: 'large', $ai_output_tokens: 150 }
  client.captureAi({ distinctId: 'ann', event: '$ai_generation', properties, timestamp: on(2) })
  client.capture({ distinctId: 'ann', event: 'asked', timestamp: on(2) })
  await client.shutdown()
  const tokens = { event: '$ai_generation', math: 'sum', math_property: '$ai_output_tokens' }
  expect(await deployment.count(tokens, DAYS)).toEqual([0, 150, 0])
  expect(await deployment.count({ event: 'asked' }, DAYS)).toEqual([0, 1, 0])
})

test('flags are answered with an empty set', async () => {
  const client = new PostHog(TOKEN, { host: deployment.url, flushAt: 1 })
  expect(await client.getAllFlags('ann')).toEqual({})
  expect(await client.isFeatureEnabled('anything', 'ann')).toBeFalsy()
  await client.shutdown()
})
