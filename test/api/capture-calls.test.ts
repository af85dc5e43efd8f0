/** The database function of capture: what comes again, and what releases of the worker before this one send. */
import { expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const server = await testServer()

/** Rows of a project by SQL, for what no endpoint shows. */
async function rows(text: string, project: TestProject) {
  const [found] = await server.stack.services.engine.run([{ text, params: [project.id] }], { timeoutMs: 10_000 })
  return found ?? []
}

test('what names a group or merges people and comes again changes nothing, and a known name keeps its number', async () => {
  const project = await makeProject(server)
  const at = '2020-01-01T10:00:00Z'
  const own = (more: object) => ({ uuid: crypto.randomUUID(), ...more })
  const described = (name: string) =>
    event('$groupidentify', 'a', at, {
      ...own({}),
      properties: { $group_type: 'org', $group_key: 'acme', $group_set: { name } },
    })
  const [old, recent] = [described('old'), described('recent')]
  const merge = event('$identify', 'user', at, own({ properties: { $anon_distinct_id: 'anon' } }))
  const seen = event('seen', 'anon', at, own({ properties: { $groups: { org: 'acme' }, $browser: 'Firefox' } }))
  const plain = event('seen', 'anon', at, own({ properties: { $browser: 'Firefox' } }))
  await project.send([old, recent, seen, plain, merge])
  const stored = () =>
    rows('select event, slot_0, group_0, properties from events where project = $1 order by uuid', project)
  const before = await stored()
  await project.send([old, merge])
  await project.send([plain, seen, plain])
  expect(await stored()).toEqual(before)
  expect(before).toHaveLength(5)
  const ofSeen = before.filter(({ slot_0 }) => slot_0 !== null)
  expect(new Set(ofSeen.map(({ event, slot_0 }) => `${event} ${slot_0}`)).size).toBe(1)
  expect(ofSeen.map(({ group_0 }) => group_0 !== null).sort()).toEqual([false, true])
  expect(await rows('select properties from groups where project = $1', project)).toEqual([
    { properties: { name: 'recent' } },
  ])
  expect(await rows('select sum(n) as n from bucket_version where project = $1', project)).toEqual([{ n: 5 }])
})

test('a call of a release that knew six hot properties says of the others that they are not coded', async () => {
  const project = await makeProject(server)
  const call = {
    dict: [
      ['$event', 'seen'],
      ['p:$browser', 'Firefox'],
    ],
    ids: [['a', null, '2020-01-01T10:00:00Z', null]],
    groupTypes: [],
    groupKeys: [],
    merges: [],
    props: [],
    groupSets: [],
    events: [
      [
        crypto.randomUUID(),
        '2020-01-01T10:00:00Z',
        0,
        0,
        null,
        null,
        1,
        -1,
        null,
        null,
        null,
        null,
        { $browser: 'Firefox' },
      ],
    ],
    definitions: { events: [], eventProperties: [], properties: [] },
  }
  await server.stack.services.engine.run(
    [{ text: 'select capture($1, $2::jsonb)', params: [project.id, JSON.stringify(call)] }],
    { timeoutMs: 10_000 },
  )
  const slots = 'slot_0 is not null as coded, slot_1, slot_2, slot_5, slot_6, slot_7, slot_8'
  expect(await rows(`select ${slots} from events where project = $1`, project)).toEqual([
    { coded: true, slot_1: 0, slot_2: null, slot_5: null, slot_6: 0, slot_7: 0, slot_8: 0 },
  ])
})
