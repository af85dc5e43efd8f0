/** Every field of a node, alone and beside others at random, is computed, or refused with a reason. */
import { beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../local/demo/random.ts'
import { EVENTS } from '../support/every-kind.ts'
import { NODE_FIELDS } from '../support/node-fields.ts'
import { isMany, seeds } from '../support/seeds.ts'
import { testServer } from '../support/server.ts'
import { having } from '../support/shared-fields.ts'
import { makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server, { path_cleaning_filters: [{ regex: '[0-9]+', alias: '<id>' }] })
beforeAll(() => project.send(EVENTS))

const ask = (query: object) => server.call('POST', `${project.path}query/`, { query, refresh: 'force_blocking' })

/** An action of the fields is not there. */
const namesAction = (node: object) => /"id":"?7"?[,}]/.test(JSON.stringify(node))

describe.each(Object.entries(NODE_FIELDS))('%s', (_, { base, fields }) => {
  test.each(Object.entries(fields))('%s', async (path, { right, beside = {}, unsupported }) => {
    for (const value of right) {
      const node = having(base, { ...beside, [path]: value })
      const { status, body } = await ask(node)
      const context = `${JSON.stringify(node)}\n${JSON.stringify(body).slice(0, 600)}`
      if (unsupported) expect([status, body.code], context).toEqual([400, 'not_supported'])
      else if (namesAction(node)) expect([status, body.code], context).toEqual([400, 'does_not_exist'])
      else expect(status, context).toBe(200)
    }
  })

  test.each(seeds(5_001, 5))('at random: %i', async (seed) => {
    const random = new Random(seed)
    for (let number = 0; number < (isMany ? 100 : 20); number++) {
      const some = Object.entries(fields).filter(() => random.chance(0.2))
      const chosen = some.map(([path, { right, beside }]) => {
        const value = right[random.between(0, right.length)]
        return { ...beside, [path]: value }
      })
      const node = having(base, Object.assign({}, ...chosen))
      const place = { day: '2020-01-01', interval: 0, status: 'new' }
      const source = { kind: 'InsightActorsQuery', source: node, ...place }
      for (const query of [node, { kind: 'ActorsQuery', select: ['id'], source }]) {
        const { status, body } = await ask(query)
        const context = `SEED=${seed} query ${number}: ${JSON.stringify(query)}\n${JSON.stringify(body).slice(0, 600)}`
        expect([200, 400], context).toContain(status)
        if (status === 400) expect(body.detail, context).toMatch(/./)
      }
    }
  })
})
