/** Organizations, members, roles and keys. One file: the tests share the people that they make. */
import { beforeEach, expect, test } from 'vitest'
import { bootstrap, bootstrapMember } from '../../lib/resources/bootstrap.ts'
import { type Answer, testServer } from '../support/server.ts'

interface Person {
  readonly key: string
  readonly uuid: string
  call(method: string, path: string, body?: unknown): Promise<Answer>
}

/** An organization of its own for each test, as `@current` of its people. */
let owner: Person
let organization: string
let projectId: number
let count = 0

const server = await testServer()

beforeEach(async () => {
  const email = ownerEmail(++count)
  const made = await bootstrap(server.stack.services, { organization: `Team ${count}`, project: 'First', email })
  projectId = made.projectId
  owner = await person(made.key)
  organization = (await owner.call('GET', '/api/organizations/@current/')).body.id
})

const ownerEmail = (number: number) => `owner-${number}@accounts.test`

async function person(key: string): Promise<Person> {
  const call: Person['call'] = (method, path, body) =>
    server.call(method, path, body, { Authorization: `Bearer ${key}` })
  return { key, uuid: (await call('GET', '/api/users/@me/')).body.uuid, call }
}

async function join(name: string, level: 'member' | 'admin' | 'owner' = 'member'): Promise<Person> {
  const email = `${name}-${count}@accounts.test`
  const made = await bootstrapMember(server.stack.services, { email, level, owner: ownerEmail(count) })
  return person(made.key)
}

const MEMBERS = '/api/organizations/@current/members/'
const ROLES = '/api/organizations/@current/roles/'
const KEYS = '/api/personal_api_keys/'

test('members are listed with their levels, and everybody sees their own', async () => {
  const ann = await join('ann', 'admin')
  const ben = await join('ben')
  const { body } = await ben.call('GET', MEMBERS)
  expect(body).toMatchObject({ count: 3, next: null, previous: null })
  expect(body.results.map((row: { level: number }) => row.level)).toEqual([1, 8, 15])
  expect(Object.keys(body.results[0])).toEqual([
    'id',
    'user',
    'level',
    'joined_at',
    'updated_at',
    'is_2fa_enabled',
    'has_social_auth',
    'last_login',
  ])
  expect(body.results[0].user).toMatchObject({ uuid: ben.uuid, email: `ben-${count}@accounts.test` })
  const page = (await ben.call('GET', `${MEMBERS}?limit=1&offset=1`)).body
  expect(page.results.map((row: { user: { uuid: string } }) => row.user.uuid)).toEqual([ann.uuid])
  expect((await ben.call('GET', `${MEMBERS}@me/`)).body.user.uuid).toBe(ben.uuid)
  expect((await ben.call('GET', `${MEMBERS}${ann.uuid}/`)).body.level).toBe(8)
  for (const [who, level] of [
    [owner, 15],
    [ann, 8],
    [ben, 1],
  ] as const) {
    expect((await who.call('GET', '/api/users/@me/')).body).toMatchObject({
      organization: { membership_level: level },
      organizations: [{ membership_level: level }],
    })
    expect((await who.call('GET', '/api/organizations/')).body.results[0].membership_level).toBe(level)
    expect((await who.call('GET', `/api/projects/${projectId}/`)).body.effective_membership_level).toBe(level)
  }
})

test('who is a member already keeps the level and gets one more key', async () => {
  const ann = await join('ann', 'admin')
  const again = await join('ann', 'member')
  expect(again.uuid).toBe(ann.uuid)
  expect(again.key).not.toBe(ann.key)
  expect((await again.call('GET', `${MEMBERS}@me/`)).body.level).toBe(8)
  const nobody = { email: 'x@accounts.test', level: 'member', owner: 'nobody@accounts.test' } as const
  await expect(bootstrapMember(server.stack.services, nobody)).rejects.toThrow('nobody@accounts.test')
})

test('a level counts from the next request on, and nobody gives more than they have', async () => {
  const ann = await join('ann', 'admin')
  const ben = await join('ben')
  const set = (who: Person, whom: Person, level: unknown) => who.call('PATCH', `${MEMBERS}${whom.uuid}/`, { level })
  expect((await ben.call('POST', ROLES, { name: 'Analysts' })).status).toBe(403)
  expect((await set(ben, ann, 1)).body.detail).toBe('You can only edit others if you are an admin.')
  expect((await set(ann, ben, 8)).body).toMatchObject({ level: 8, user: { uuid: ben.uuid } })
  expect((await ben.call('POST', ROLES, { name: 'Analysts' })).status).toBe(201)
  expect((await set(ann, ben, 15)).status).toBe(403)
  expect((await set(ann, ann, 15)).body.detail).toBe("You can't change your own access level.")
  expect((await set(ann, owner, 1)).status).toBe(403)
  expect((await set(ann, ben, 7)).body).toMatchObject({ code: 'invalid_choice', attr: 'level' })
  expect((await set(owner, ann, 1)).status).toBe(200)
  expect((await set(ann, ben, 1)).status).toBe(403)
  expect((await set(owner, ann, 15)).status).toBe(200)
  expect((await set(ann, owner, 8)).body.level).toBe(8)
  expect((await owner.call('GET', MEMBERS)).body.results.at(-1).user.uuid).toBe(ann.uuid)
})

test('a member who is removed loses the organization at once; the last owner stays', async () => {
  const ann = await join('ann', 'admin')
  const ben = await join('ben')
  const cal = await join('cal')
  const insights = `/api/projects/${projectId}/insights/`
  expect((await ben.call('GET', insights)).status).toBe(200)
  expect((await ben.call('DELETE', `${MEMBERS}${cal.uuid}/`)).status).toBe(403)
  expect((await ann.call('DELETE', `${MEMBERS}${owner.uuid}/`)).status).toBe(403)
  expect((await ann.call('DELETE', `${MEMBERS}${ben.uuid}/`)).status).toBe(204)
  expect((await ben.call('GET', insights)).status).toBe(403)
  expect((await ben.call('GET', '/api/projects/@current/insights/')).status).toBe(404)
  expect((await ben.call('GET', `/api/organizations/${organization}/`)).status).toBe(404)
  expect((await ben.call('GET', '/api/projects/')).body.count).toBe(0)
  expect((await ben.call('GET', '/api/users/@me/')).body).toMatchObject({ team: null, organizations: [] })
  expect((await cal.call('DELETE', `${MEMBERS}@me/`)).status).toBe(204)
  expect((await cal.call('GET', insights)).status).toBe(403)
  const stays = await owner.call('DELETE', `${MEMBERS}${owner.uuid}/`)
  expect(stays).toMatchObject({ status: 400, body: { detail: 'Cannot leave the organization as its last owner.' } })
  expect((await owner.call('GET', MEMBERS)).body.count).toBe(2)
})

test('of two owners who demote each other at the same time one stays an owner', async () => {
  const ann = await join('ann', 'owner')
  await Promise.all([
    owner.call('PATCH', `${MEMBERS}${ann.uuid}/`, { level: 1 }),
    ann.call('PATCH', `${MEMBERS}${owner.uuid}/`, { level: 1 }),
  ])
  const levels = (await owner.call('GET', MEMBERS)).body.results.map((row: { level: number }) => row.level)
  expect(levels).toContain(15)
})

test('roles: made, renamed, given and taken by admins, read by everybody', async () => {
  const ben = await join('ben')
  const made = await owner.call('POST', ROLES, { name: 'Analysts' })
  expect(made).toMatchObject({ status: 201, body: { name: 'Analysts', members: [], is_default: false } })
  expect(made.body.created_by.uuid).toBe(owner.uuid)
  expect((await owner.call('POST', ROLES, { name: 'analysts' })).body).toMatchObject({ code: 'unique', attr: 'name' })
  expect((await owner.call('POST', ROLES, {})).body).toMatchObject({ code: 'required', attr: 'name' })
  const role = `${ROLES}${made.body.id}/`
  const given = await owner.call('POST', `${role}role_memberships/`, { user_uuid: ben.uuid })
  expect(given).toMatchObject({
    status: 201,
    body: { role_id: made.body.id, user: { uuid: ben.uuid }, organization_member: { level: 1 } },
  })
  const twice = await owner.call('POST', `${role}role_memberships/`, { user_uuid: ben.uuid })
  expect(twice).toMatchObject({ status: 400, body: { attr: 'user_uuid' } })
  const stranger = await owner.call('POST', `${role}role_memberships/`, { user_uuid: crypto.randomUUID() })
  expect(stranger).toMatchObject({ status: 400, body: { attr: 'user_uuid', code: 'does_not_exist' } })
  expect((await ben.call('GET', ROLES)).body).toMatchObject({
    count: 1,
    results: [{ members: [{ id: given.body.id }] }],
  })
  expect((await ben.call('GET', `${role}role_memberships/`)).body).toMatchObject({ count: 1 })
  for (const [method, path, body] of [
    ['POST', ROLES, { name: 'Mine' }],
    ['PATCH', role, { name: 'Mine' }],
    ['DELETE', role, undefined],
    ['POST', `${role}role_memberships/`, { user_uuid: ben.uuid }],
    ['DELETE', `${role}role_memberships/${given.body.id}/`, undefined],
  ] as const)
    expect((await ben.call(method, path, body)).status, `${method} ${path}`).toBe(403)
  expect((await owner.call('PATCH', role, { name: 'Researchers' })).body.name).toBe('Researchers')
  expect((await owner.call('DELETE', `${role}role_memberships/${given.body.id}/`)).status).toBe(204)
  expect((await owner.call('GET', role)).body.members).toEqual([])
  expect((await owner.call('DELETE', role)).status).toBe(204)
  expect((await owner.call('GET', role)).status).toBe(404)
})

test('a role counts for access rules from the next request on, until it is taken or deleted', async () => {
  const ben = await join('ben')
  const { id: role } = (await owner.call('POST', ROLES, { name: 'Editors' })).body
  const { id } = (await owner.call('POST', `/api/projects/${projectId}/insights/`, { name: 'x' })).body
  await server.stack.services.engine.run(
    [
      {
        text: `insert into access_controls (project_id, insight_id, access_level, role_id)
          select $1::int4, $2::int4, 'none', null::uuid union all select $1, $2, 'editor', $3::uuid`,
        params: [projectId, id, role],
      },
    ],
    { timeoutMs: 5_000, runId: 'rules', readOnly: false },
  )
  const read = async () => (await ben.call('GET', `/api/projects/${projectId}/insights/${id}/`)).status
  expect(await read()).toBe(403)
  const memberships = `${ROLES}${role}/role_memberships/`
  const given = await owner.call('POST', memberships, { user_uuid: ben.uuid })
  expect(await read()).toBe(200)
  await owner.call('DELETE', `${memberships}${given.body.id}/`)
  expect(await read()).toBe(403)
  await owner.call('POST', memberships, { user_uuid: ben.uuid })
  expect(await read()).toBe(200)
  await owner.call('DELETE', `${ROLES}${role}/`)
  expect(await read()).toBe(403)
})

test('a member makes no projects, and a key for one project touches no members', async () => {
  const ben = await join('ben')
  expect((await ben.call('POST', '/api/organizations/@current/projects/', { name: 'x' })).status).toBe(403)
  const made = await owner.call('POST', KEYS, { label: 'one', scopes: ['*'], scoped_teams: [projectId] })
  const scoped = await person(made.body.value)
  for (const path of [MEMBERS, ROLES]) expect((await scoped.call('GET', path)).status).toBe(403)
})

test('a key is changed, and its next request has the new rights', async () => {
  const { id, value } = (await owner.call('POST', KEYS, { label: 'k', scopes: ['insight:read'] })).body
  const k = { call: (path: string) => server.call('GET', path, undefined, { Authorization: `Bearer ${value}` }) }
  const insights = `/api/projects/${projectId}/insights/`
  expect((await k.call(insights)).status).toBe(200)
  const patch = (body: unknown) => owner.call('PATCH', `${KEYS}${id}/`, body)
  expect((await patch({ label: 'renamed' })).body).toMatchObject({
    id,
    label: 'renamed',
    value: null,
    scopes: ['insight:read'],
  })
  expect((await patch({ scopes: ['action:read'] })).status).toBe(200)
  expect((await k.call(insights)).status).toBe(403)
  const other = (await owner.call('POST', '/api/organizations/@current/projects/', { name: 'Second' })).body.id
  expect((await patch({ scopes: ['insight:read'], scoped_teams: [other] })).body.scoped_teams).toEqual([other])
  expect((await k.call(insights)).status).toBe(403)
  expect((await patch({ scoped_teams: null })).body.scoped_teams).toEqual([])
  expect((await k.call(insights)).status).toBe(200)
  expect((await patch({ scoped_organizations: [organization.toUpperCase()] })).body.scoped_organizations).toEqual([
    organization,
  ])
  expect((await k.call(insights)).status).toBe(200)
  expect((await owner.call('GET', `${KEYS}${id}/`)).body.label).toBe('renamed')
  const stranger = await server.call('PATCH', `${KEYS}${id}/`, { label: 'mine' })
  expect(stranger.status).toBe(404)
})

test('a rolled key has a new value; the old one stops working at once', async () => {
  const made = (await owner.call('POST', KEYS, { label: 'k', scopes: ['insight:read'] })).body
  const insights = `/api/projects/${projectId}/insights/`
  const status = async (key: string) =>
    (await server.call('GET', insights, undefined, { Authorization: `Bearer ${key}` })).status
  expect(await status(made.value)).toBe(200)
  await server.settled()
  const rolled = await owner.call('POST', `${KEYS}${made.id}/roll/`)
  expect(rolled).toMatchObject({ status: 200, body: { id: made.id, label: 'k', scopes: ['insight:read'] } })
  expect(rolled.body.value).toMatch(/^phx_\w{43}$/)
  expect(rolled.body.mask_value).not.toBe(made.mask_value)
  expect(made.last_rolled_at).toBe(null)
  expect(Date.parse(rolled.body.last_rolled_at)).toBeGreaterThan(0)
  expect(await status(made.value)).toBe(401)
  expect(await status(rolled.body.value)).toBe(200)
  expect((await owner.call('GET', `${KEYS}${made.id}/`)).body.value).toBe(null)
  expect((await owner.call('DELETE', `${KEYS}${made.id}/`)).status).toBe(204)
  expect(await status(rolled.body.value)).toBe(401)
})

test('a key makes, changes and rolls no key that may do more than itself', async () => {
  const strong = (await owner.call('POST', KEYS, { label: 'strong', scopes: ['*'] })).body
  const scopes = ['insight:write', 'personal_api_key:write']
  const weak = await person((await owner.call('POST', KEYS, { label: 'weak', scopes })).body.value)
  const refused = [
    weak.call('POST', KEYS, { label: 'x', scopes: ['*'] }),
    weak.call('POST', KEYS, { label: 'x', scopes: ['action:read'] }),
    weak.call('PATCH', `${KEYS}@current/`, { scopes: ['*'] }),
    weak.call('PATCH', `${KEYS}${strong.id}/`, { label: 'x' }),
    weak.call('POST', `${KEYS}${strong.id}/roll/`),
  ]
  for (const answer of await Promise.all(refused)) expect(answer.body.code).toBe('permission_denied')
  expect((await weak.call('POST', KEYS, { label: 'x', scopes: ['insight:read'] })).status).toBe(201)
  const bound = await owner.call('POST', KEYS, { label: 'b', scopes: ['*'], scoped_teams: [projectId] })
  const inProject = await person(bound.body.value)
  expect((await inProject.call('POST', KEYS, { label: 'x', scopes: ['*'] })).status).toBe(403)
  expect((await inProject.call('PATCH', `${KEYS}@current/`, { scoped_teams: [] })).status).toBe(403)
  expect((await inProject.call('POST', `${KEYS}${strong.id}/roll/`)).status).toBe(403)
  expect((await inProject.call('POST', `${KEYS}@current/roll/`)).status).toBe(200)
})

test('what a key may not be bound to is refused by its field', async () => {
  const foreign = await bootstrap(server.stack.services, {
    organization: 'Foreign',
    project: 'Theirs',
    email: `foreign-${count}@accounts.test`,
  })
  const theirs = (await (await person(foreign.key)).call('GET', '/api/organizations/@current/')).body.id
  const make = (more: object) => owner.call('POST', KEYS, { label: 'k', scopes: ['*'], ...more })
  for (const [more, attr] of [
    [{ scoped_teams: [foreign.projectId] }, 'scoped_teams'],
    [{ scoped_teams: [projectId, 2_000_000_000] }, 'scoped_teams'],
    [{ scoped_teams: ['x'] }, 'scoped_teams__0'],
    [{ scoped_organizations: [theirs] }, 'scoped_organizations'],
    [{ scoped_organizations: ['x'] }, 'scoped_organizations'],
    [{ scopes: ['nonsense:read'] }, 'scopes'],
    [{ scopes: ['insight:delete'] }, 'scopes'],
    [{ scopes: ['insight'] }, 'scopes'],
    [{ scopes: ['insight:read:more'] }, 'scopes'],
    [{ scopes: 'insight:read' }, 'scopes'],
    [{ label: '' }, 'label'],
  ] as const)
    expect(await make(more), JSON.stringify(more)).toMatchObject({ status: 400, body: { attr } })
  const { id } = (await make({})).body
  const changed = await owner.call('PATCH', `${KEYS}${id}/`, { scoped_teams: [foreign.projectId] })
  expect(changed).toMatchObject({ status: 400, body: { attr: 'scoped_teams' } })
})

test('lists hold only what a bound key may reach', async () => {
  const second = (await owner.call('POST', '/api/organizations/@current/projects/', { name: 'Second' })).body
  const make = async (more: object) =>
    person((await owner.call('POST', KEYS, { label: 'k', scopes: ['*'], ...more })).body.value)
  const bound = await make({ scoped_teams: [second.id] })
  const ids = async (path: string) => (await bound.call('GET', path)).body.results.map(({ id }: { id: number }) => id)
  expect(await ids('/api/projects/')).toEqual([second.id])
  expect(await ids('/api/organizations/@current/projects/')).toEqual([second.id])
  for (const path of ['/api/organizations/', '/api/organizations/@current/', '/api/users/@me/']) {
    const { status, body } = await bound.call('GET', path)
    expect(status).toBe(200)
    const first = (await owner.call('GET', `/api/projects/${projectId}/`)).body.api_token
    expect(JSON.stringify(body), path).not.toContain(first)
  }
  const elsewhere = await bootstrap(server.stack.services, {
    organization: 'Elsewhere',
    project: 'Other',
    email: `elsewhere-${count}@accounts.test`,
  })
  await bootstrapMember(server.stack.services, {
    email: ownerEmail(count),
    level: 'member',
    owner: `elsewhere-${count}@accounts.test`,
  })
  const across = await make({ scoped_teams: [second.id] })
  expect((await across.call('GET', '/api/organizations/')).body.results.map(({ id }: { id: string }) => id)).toEqual([
    organization,
  ])
  expect((await across.call('GET', '/api/users/@me/')).body).toMatchObject({
    team: { id: second.id },
    organizations: [{ id: organization }],
  })
  const all = await make({})
  expect((await all.call('GET', '/api/organizations/')).body.count).toBe(2)
  const here = await make({ scoped_organizations: [organization] })
  expect((await here.call('GET', '/api/organizations/')).body.count).toBe(1)
  expect((await here.call('GET', '/api/projects/')).body.count).toBe(2)
  expect((await here.call('GET', `/api/projects/${elsewhere.projectId}/insights/`)).status).toBe(403)
  expect(JSON.stringify((await here.call('GET', '/api/users/@me/')).body)).not.toContain(elsewhere.token)
})

test('a key that is revoked while rights are written does not come back to life', async () => {
  const ben = await join('ben')
  const statuses: number[] = []
  for (let count = 0; count < 5; count++) {
    const { id, value } = (await ben.call('POST', KEYS, { label: 'k', scopes: ['*'] })).body
    await Promise.all([
      ben.call('DELETE', `${KEYS}${id}/`),
      owner.call('PATCH', `${MEMBERS}${ben.uuid}/`, { level: count % 2 ? 1 : 8 }),
      owner.call('PATCH', `${MEMBERS}${ben.uuid}/`, { level: count % 2 ? 8 : 1 }),
    ])
    await server.settled()
    const used = await server.call('GET', '/api/users/@me/', undefined, { Authorization: `Bearer ${value}` })
    statuses.push(used.status)
    // what every key knows is what the row says
    const { level } = (await owner.call('GET', `${MEMBERS}${ben.uuid}/`)).body
    expect((await ben.call('GET', '/api/users/@me/')).body.organization.membership_level).toBe(level)
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401])
})

test('last_used_at is noted after the first use', async () => {
  const made = (await owner.call('POST', KEYS, { label: 'k', scopes: ['insight:read'] })).body
  expect(made.last_used_at).toBe(null)
  const used = { Authorization: `Bearer ${made.value}` }
  await server.call('GET', `/api/projects/${projectId}/insights/`, undefined, used)
  await server.settled()
  expect(Date.parse((await owner.call('GET', `${KEYS}${made.id}/`)).body.last_used_at)).toBeGreaterThan(0)
})
