/** A number has one spelling: under another one nothing is there, whatever was asked for before. */
import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import type { Route } from '../../functions/route.ts'
import { makeWorld, pathIn, protectedRoutes, type World } from '../support/every-route.ts'
import { addMember, type Member } from '../support/member.ts'
import { testServer } from '../support/server.ts'

let world: World
let member: Member

const server = await testServer()
beforeAll(async () => {
  world = await makeWorld(server, 'spelled')
  member = await addMember(server)
})

const NUMBERED = ['insights', 'dashboards', 'actions', 'cohorts', 'persons']
const withNumber = protectedRoutes.filter(({ path }) => NUMBERED.some((name) => path.includes(`/${name}/:id`)))
const SPELLINGS = [
  (id: string) => `0${id}`,
  (id: string) => `00${id}`,
  (id: string) => `+${id}`,
  (id: string) => `${id}.0`,
]

const numbered = async (name: string): Promise<string> =>
  name === 'persons'
    ? String((await server.call('GET', `${world.project.path}persons/${world.ids.persons}/`)).body.id)
    : (world.ids[name] ?? '')

async function ask(route: Route, spell: (id: string) => string, headers = {}) {
  const name = NUMBERED.find((segment) => route.path.includes(`/${segment}/:id`)) ?? ''
  const ids = { ...world.ids, [name]: spell(await numbered(name)) }
  const method = route.method.toUpperCase()
  const body =
    method === 'GET' || method === 'DELETE' ? undefined : { access_level: 'viewer', url: 'https://told.example.com/' }
  return server.call(method, pathIn(route, { project: world.project, ids }), body, headers)
}

test.each(withNumber.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s: 09 is not 9',
  async (_, route) => {
    for (const spell of SPELLINGS) {
      const answer = await ask(route, spell)
      // insights and dashboards are deleted by PATCH: DELETE says so, whatever the id
      if (answer.status === 405) expect(route.method).toBe('delete')
      else expect(answer.status, spell('9')).toBe(404)
    }
  },
)

test('a project has one spelling, too', async () => {
  for (const spell of SPELLINGS) {
    const path = `/api/projects/${spell(String(world.project.id))}/`
    for (const end of ['', 'insights/', `insights/${world.ids.insights}/`, 'persons/'])
      expect((await server.call('GET', path + end)).status, path + end).toBe(404)
  }
})

test('what was read under another spelling does not outlive a rule, a new link, a deletion', async () => {
  const { path } = world.project
  const made = await server.call('POST', `${path}insights/`, {
    name: 'kept',
    query: { kind: 'TrendsQuery', series: [] },
  })
  const { id, short_id: shortId } = made.body
  const refs = [String(id), shortId, `0${id}`, `00${id}`]
  const reads = (headers: Record<string, string>) =>
    Promise.all(
      refs.flatMap((ref) =>
        ['/', '.csv', '/sharing/', '/access_controls/', '/?basic=true'].map((end) =>
          server.call('GET', `${path}insights/${ref}${end}`, undefined, headers),
        ),
      ),
    )
  const before = await reads(member.auth)
  expect(before.slice(0, 10).map(({ status }) => status)).toEqual(before.slice(0, 10).map(() => 200))
  await server.settled()
  const links = async () => (await reads({})).flatMap(({ body }) => body?.access_token ?? [])
  const old = (await links())[0]
  await server.call('POST', `${path}insights/${id}/sharing/refresh/`)
  expect(await links()).not.toContain(old)
  await server.call('PUT', `${path}insights/${id}/access_controls/`, { access_level: 'none' })
  expect((await reads(member.auth)).filter(({ status }) => status < 400)).toEqual([])
  await server.call('PATCH', `${path}insights/${id}/`, { deleted: true })
  expect((await reads({})).filter(({ status }) => status < 400)).toEqual([])
})

test('a short id of digits is never taken for the number of another insight', async () => {
  const { path, id: projectId } = world.project
  const query = { kind: 'TrendsQuery', series: [] }
  const [first, second] = await Promise.all(
    ['first', 'second'].map((name) => server.call('POST', `${path}insights/`, { name, query })),
  )
  await server.stack.services.db.execute(
    sql`update insights set short_id = ${String(first?.body.id)} where project_id = ${projectId} and id = ${second?.body.id}`,
  )
  for (const name of ['first', 'second', 'first']) {
    const asked = name === 'first' ? first : second
    expect((await server.call('GET', `${path}insights/${asked?.body.id}/`)).body.name).toBe(name)
    await server.settled()
  }
})
