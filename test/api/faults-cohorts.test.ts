/** One call of the delivery that calculates a cohort fails, once: the members are calculated all the same. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Fault } from '../../local/faults.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z', { properties: { $set: { plan: 'pro' } } })])
})

const where = (type: string, values: object[]) => ({ properties: { type: 'AND', values: [{ type, values }] } })
const pro = where('AND', [{ key: 'plan', value: 'pro', operator: 'exact', type: 'person' }])
const make = async (filters: object): Promise<number> =>
  (await server.call('POST', `${project.path}cohorts/`, { name: 'c', filters })).body.id
const read = async (id: number) => (await server.call('GET', `${project.path}cohorts/${id}/`)).body
const statuses = (from: number) => server.stack.qstash.calls.delivered.slice(from).map(({ status }) => status)

const FAULTS: readonly [string, Fault][] = [
  ['error 500', { status: 500 }],
  ['reset', 'reset'],
  ['answer lost', 'answer lost'],
  ['body cut', 'body cut'],
  ['57P01', { status: 400, body: { message: 'planned', code: '57P01', severity: 'FATAL' } }],
]
const CASES = [1, 2, 3, 4, 5].flatMap((call) => FAULTS.map(([name, fault]) => ({ call, name, fault })))

describe('a passing failure of the database ended a calculation for good', () => {
  test.each(CASES)('call $call: $name', async ({ call, fault }) => {
    const { qstash, neon } = server.stack
    qstash.pause()
    const id = await make(pro)
    const outer = await make(where('AND', [{ key: 'id', value: id, type: 'cohort' }]))
    const before = qstash.calls.delivered.length
    neon.faults.plan(call, fault)
    qstash.resume()
    await expect.poll(() => neon.faults.pending).toBe(0)
    await expect.poll(() => statuses(before).filter((status) => status === 200).length).toBeGreaterThanOrEqual(2)
    await qstash.idle()
    expect(await read(id)).toMatchObject({ count: 1, is_calculating: false, errors_calculating: 0 })
    expect(await read(outer)).toMatchObject({ count: 1, is_calculating: false, errors_calculating: 0 })
    expect(statuses(before).filter((status) => status === 489)).toEqual([])
  })
})

test('the cohorts that name a changed one were forgotten when they could not be looked up, or asked for, at once', async () => {
  const { qstash, neon, services } = server.stack
  const isLookUp = (body: string) => body.includes("r ->> 0 = 'cohort'")
  const faults = [
    () => neon.faults.plan(1, { status: 500 }, 1, isLookUp),
    () => qstash.faults.plan(1, { status: 500 }, 1, (body) => body.includes('/api/qstash/cohort')),
  ]
  for (const [number, plan] of faults.entries()) {
    const value = `later ${number}`
    const id = await make(where('AND', [{ key: 'plan', value, operator: 'exact', type: 'person' }]))
    const outer = await make(where('AND', [{ key: 'id', value: id, type: 'cohort' }]))
    await qstash.idle()
    expect(await read(outer)).toMatchObject({ count: 0, is_calculating: false })
    await project.send([event('x', value, '2020-01-01T10:00:00Z', { properties: { $set: { plan: value } } })])
    const body = { projectId: project.id, cohortId: id, version: 1 }
    qstash.pause()
    await services.qstash.publishJSON({ url: `${server.url}/api/qstash/cohort`, body })
    plan()
    qstash.resume()
    await expect.poll(async () => (await read(outer)).count).toBe(1)
  }
})
