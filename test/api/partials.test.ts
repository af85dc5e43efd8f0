/** Results that are made of partial results that are kept: the same as those that are computed whole. */
import { expect, test } from 'vitest'
import { CASES, EVENTS } from '../support/every-kind.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer({ partialsFromRows: 0 })

const cases = Object.entries(CASES).filter(([kind]) => kind !== 'HogQLQuery')

test.each(cases)('%s is the same whole and of what is kept, also when something comes late', async (kind, each) => {
  const project = await makeProject(server)
  const ask = async (modifiers: object = {}) => {
    const query = { kind, ...each.node, modifiers }
    const { status, body } = await server.call('POST', `${project.path}query/`, { query, refresh: 'force_blocking' })
    expect(status, JSON.stringify(body)).toBe(200)
    return each.numbers(body.results)
  }
  await project.send(EVENTS)
  const whole = await ask({ usePartials: false })
  expect(await ask()).toEqual(whole)
  expect(await ask()).toEqual(whole)
  await project.send([event('seen', 'd', '2020-01-02T12:00:00Z'), event('paid', 'd', '2020-01-02T12:05:00Z')])
  const later = await ask({ usePartials: false })
  expect(later).not.toEqual(whole)
  expect(await ask()).toEqual(later)
})

test('what is kept is read as it stands while nothing has moved', async () => {
  const project = await makeProject(server)
  await project.send(EVENTS)
  const query = { kind: 'TrendsQuery', ...CASES.TrendsQuery.node }
  const ask = async () =>
    (await server.call('POST', `${project.path}query/`, { query, refresh: 'force_blocking' })).body.results[0].data
  expect(await ask()).toEqual([2, 1, 1])
  const { engine } = server.stack.services
  const forge = 'update partials set numbers = array[7] where project = $1'
  await engine.run([{ text: forge, params: [project.id] }], { timeoutMs: 1_000 })
  expect(await ask()).toEqual([7, 7, 7])
  // the days of what comes are computed again, and no other
  await project.send([event('seen', 'd', '2020-01-02T12:00:00Z')])
  expect(await ask()).toEqual([7, 2, 7])
})

test('usePartials is true or false', async () => {
  const query = { kind: 'TrendsQuery', ...CASES.TrendsQuery.node, modifiers: { usePartials: 'no' } }
  const { status, body } = await server.call('POST', '/api/projects/1/query/', { query })
  expect(status).toBe(400)
  expect(body.attr).toBe('query__modifiers__usePartials')
})
