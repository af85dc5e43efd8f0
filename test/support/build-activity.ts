/** Sends an activity world to a project of its own. */
import { expect } from 'vitest'
import { type ActivityWorld, PROJECT_RULES } from './activity-world.ts'
import { buildCohorts, withIds } from './build-world.ts'
import { buildActions, type Made } from './funnel-node.ts'
import type { TestServer } from './server.ts'
import { makeProject, type TestProject } from './world.ts'

/** A world and the project that has it. */
export interface Built extends Made {
  readonly project: TestProject
}

/** The world as it is known then, with the ids of its cohorts. */
export async function buildActivity(
  server: TestServer,
  world: ActivityWorld,
): Promise<{ world: ActivityWorld; built: Built }> {
  const project = await makeProject(server, { timezone: world.timezone, week_start_day: world.weekStartDay })
  // who starts comes first and who is merged last; the others come as they come, late ones too
  const order = ['$groupidentify', '$set', '', '$identify']
  const rank = ({ event }: { event: string }) => (order.includes(event) ? order.indexOf(event) : order.indexOf(''))
  const events = [...world.events].sort((a, b) => rank(a) - rank(b))
  await project.send(
    events.map(({ event, distinctId, at, uuid, session, group, properties }) => ({
      event,
      distinct_id: distinctId,
      timestamp: new Date(at).toISOString(),
      uuid,
      properties: {
        ...properties,
        ...(session ? { $session_id: session } : {}),
        ...(group ? { $groups: { org: group } } : {}),
      },
    })),
  )
  const cohorts = await buildCohorts(server, project, world)
  const test_account_filters = world.testAccounts.map((filter) => withIds(filter, cohorts))
  const settings = { test_account_filters, path_cleaning_filters: PROJECT_RULES }
  const changed = await server.call('PATCH', project.path, settings)
  expect(changed.status, JSON.stringify(changed.body)).toBe(200)
  const known = world.cohorts.map((cohort, index) => ({ ...cohort, id: cohorts[index] ?? 0 }))
  return {
    world: { ...world, cohorts: known },
    built: { project, cohorts, actions: await buildActions(server, project) },
  }
}
