/** Every route of the table, with paths that lead to things that are there. */

import type { Route } from '../../functions/route.ts'
import { routes } from '../../functions/routes/index.ts'
import type { TestServer } from './server.ts'
import type { MadeSecret } from './viewer.ts'
import { event, makeProject, type TestProject } from './world.ts'

/** Routes that ask for a key. */
export const protectedRoutes: readonly Route[] = routes.filter(({ scope }) => scope !== 'public')

/** A project with one of everything, its name in every text. */
export interface World {
  readonly project: TestProject
  readonly marker: string
  /** Values for `:id` by the segment before it, and for other parameters by their name. */
  readonly ids: Readonly<Record<string, string>>
  /** What tokens of its viewers are signed with. */
  readonly secret: MadeSecret
}

const RANGE = { dateRange: { date_from: '2020-01-01', date_to: '2020-01-03' } }

/** `headers`: of the key that makes it. */
export async function makeWorld(
  server: TestServer,
  marker: string,
  headers: Record<string, string> = {},
  existing?: TestProject,
): Promise<World> {
  const project = existing ?? (await makeProject(server, { name: marker }))
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await server.call(method, path.startsWith('/') ? path : project.path + path, body, headers)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const paid = crypto.randomUUID()
  await project.send([
    event('$groupidentify', `${marker}-g`, '2020-01-01T09:00:00Z', {
      properties: { $group_type: 'company', $group_key: `${marker}-group`, $group_set: { title: marker } },
    }),
    event('$set', `${marker}-p`, '2020-01-01T09:00:00Z', { properties: { $set: { email: `${marker}@x.test` } } }),
    event('paid', `${marker}-p`, '2020-01-01T10:00:00Z', {
      uuid: paid,
      properties: { plan: marker, [`key-${marker}`]: 1 },
    }),
    event(`done ${marker}`, `${marker}-p`, '2020-01-02T10:00:00Z'),
  ])
  const action = await call('POST', 'actions/', { name: marker, steps: [{ event: 'paid' }] })
  const person = { key: 'email', value: `${marker}@x.test`, operator: 'exact', type: 'person' }
  const filters = { properties: { type: 'OR', values: [{ type: 'AND', values: [person] }] } }
  const cohort = await call('POST', 'cohorts/', { name: marker, filters })
  const variable = await call('POST', 'insight_variables/', { name: marker, type: 'String', default_value: marker })
  const dashboard = await call('POST', 'dashboards/', { name: marker, description: marker, tags: [marker] })
  const breakdownFilter = { breakdown: 'plan', breakdown_type: 'event' }
  const source = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'paid' }], breakdownFilter, ...RANGE }
  const insight = await call('POST', 'insights/', {
    name: marker,
    description: marker,
    tags: [marker],
    query: { kind: 'InsightVizNode', source },
    dashboards: [dashboard.id],
  })
  const hook = await call('POST', `insights/${insight.id}/refresh_hooks/`, { label: marker })
  const told = { url: `https://${marker}.example.com/`, events: ['insight.refresh_failed'] }
  const subscriber = await call('POST', `insights/${insight.id}/subscribers/`, told)
  const secret = await call('POST', 'viewer_secrets/', { label: marker })
  const read = await call('GET', `insights/${insight.id}/?refresh=blocking`)
  await call('POST', `insights/${insight.id}/viewed/`)
  const run = await call('GET', `insights/${insight.id}/?refresh=force_async`)
  await server.stack.qstash.idle()
  const persons = await call('GET', 'persons/')
  const roles = '/api/organizations/@current/roles/'
  const role = await call('POST', roles, { name: marker })
  const { uuid } = await call('GET', '/api/users/@me/')
  const roleMember = await call('POST', `${roles}${role.id}/role_memberships/`, { user_uuid: uuid })
  return {
    project,
    marker,
    secret,
    ids: {
      insights: String(insight.id),
      dashboards: String(dashboard.id),
      actions: String(action.id),
      cohorts: String(cohort.id),
      insight_variables: variable.id,
      persons: persons.results[0]?.uuid ?? '',
      events: paid,
      hook_id: hook.id,
      subscriber_id: subscriber.id,
      secret_id: secret.id,
      query_id: run.query_status.id,
      cache_key: read.filters_hash,
      user_uuid: uuid,
      role_id: role.id,
      role_memberships: roleMember.id,
    },
  }
}

/** The path of a route in a world; `999999` for what the world has not. */
export function pathIn(route: Route, { project, ids }: Pick<World, 'project' | 'ids'>): string {
  return route.path
    .replace(':project_id', String(project.id))
    .replace(':organization_id', '@current')
    .replace(/([\w@]+)\/:(\w+)/g, (_, before, name) => `${before}/${ids[name] ?? ids[before] ?? '999999'}`)
}
