/** Random worlds as events, persons, groups and cohorts of a project. */
import { expect } from 'vitest'
import type { Filter, World } from './evaluated-world.ts'
import { expressionOf, distinctId as id } from './random-trends.ts'
import type { TestServer } from './server.ts'
import { makeProject, type TestProject } from './world.ts'

export async function buildWorld(server: TestServer, world: World): Promise<TestProject> {
  const project = await makeProject(server, { timezone: world.timezone, week_start_day: world.weekStartDay })
  const early = '2024-01-01T00:00:00Z'
  await project.send([
    ...Object.entries(world.groups).map(([$group_key, $group_set]) => ({
      event: '$groupidentify',
      distinct_id: 'setup',
      timestamp: early,
      properties: { $group_type: 'org', $group_key, $group_set },
    })),
    ...world.events.map((event) => ({
      event: event.event,
      distinct_id: event.distinctId,
      timestamp: new Date(event.at).toISOString(),
      properties: {
        ...event.properties,
        ...(event.session ? { $session_id: event.session } : {}),
        ...(event.group ? { $groups: { org: event.group } } : {}),
      },
    })),
    ...world.persons.flatMap((properties, person) => [
      ...(person % 2 === 0
        ? [
            {
              event: '$identify',
              distinct_id: id(person, false),
              timestamp: early,
              properties: { $anon_distinct_id: id(person, true) },
            },
          ]
        : []),
      { event: '$set', distinct_id: id(person, false), timestamp: early, properties: { $set: properties } },
    ]),
  ])
  return project
}

/** Their ids, when their members are known. */
export function buildCohorts(server: TestServer, project: TestProject, world: World): Promise<number[]> {
  return Promise.all(
    world.cohorts.map(async ({ property, value }, index) => {
      const leaf = { key: property, value, operator: 'exact', type: 'person' }
      const filters = { properties: { type: 'OR', values: [{ type: 'AND', values: [leaf] }] } }
      const { body } = await server.call('POST', `${project.path}cohorts/`, { name: `cohort ${index}`, filters })
      await expect
        .poll(async () => (await server.call('GET', `${project.path}cohorts/${body.id}/`)).body.is_calculating, {
          timeout: 20_000,
        })
        .toBe(false)
      return body.id as number
    }),
  )
}

/** A filter of the evaluators as it is on the wire: with the ids of cohorts and the type of groups. */
export function withIds(filter: object, cohorts: readonly number[]): object {
  if ('values' in filter)
    return { ...filter, values: (filter.values as object[]).map((item) => withIds(item, cohorts)) }
  if (!('type' in filter)) return filter
  if (filter.type === 'hogql') return { type: filter.type, key: expressionOf(filter as Filter) }
  if (filter.type === 'group') return { ...filter, group_type_index: 0 }
  return filter.type === 'cohort'
    ? { ...filter, value: cohorts[Number((filter as { value?: unknown }).value)] }
    : filter
}
