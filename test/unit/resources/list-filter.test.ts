import { expect, test } from 'vitest'
import type { KeyActor, Membership } from '../../../lib/core/actor.ts'
import type { ReaderCtx } from '../../../lib/resources/ctx.ts'
import { type ListParameters, readFilter, readOrder } from '../../../lib/resources/insights/list-filter.ts'

const ORGANIZATION = 'organization'

const ctxOf = (actor: unknown): ReaderCtx =>
  ({
    services: { now: () => new Date('2026-01-15T12:00:00Z') },
    project: { id: 1, organizationId: ORGANIZATION, timezone: 'UTC', weekStartDay: 0 },
    actor,
  }) as unknown as ReaderCtx

const keyOf = (level: number): Pick<KeyActor, 'kind' | 'userId' | 'memberships'> => {
  const membership: Membership = { id: 'm', organizationId: ORGANIZATION, level, roles: ['r'] }
  return { kind: 'key', userId: 7, memberships: [membership] }
}

const filter = (parameters: ListParameters, actor: unknown = keyOf(1)) => readFilter(ctxOf(actor), parameters)

test('a member sees what rules let the member see, an admin everything on request, a link its own insight', () => {
  const grantee = { userId: 7, membershipId: 'm', roleIds: ['r'] }
  expect(filter({}).visibleTo).toEqual(grantee)
  expect(filter({ admin_include_all: true }).visibleTo).toEqual(grantee)
  expect(filter({}, keyOf(8)).visibleTo).toEqual({ ...grantee })
  expect(filter({ admin_include_all: true }, keyOf(8)).visibleTo).toBe('everything')
  expect(filter({ short_id: 'abc' }, keyOf(8)).visibleTo).toBe('everything')
  const link = filter({ admin_include_all: true }, { kind: 'link', insightId: 5 })
  expect([link.visibleTo, link.id]).toEqual(['everything', 5])
})

test('own insights are those of the user among the creators asked for; a link has none', () => {
  expect(filter({ created_by: '[7, 8]' }).createdBy).toEqual([7, 8])
  expect(filter({ user: '' }).createdBy).toEqual([7])
  expect(filter({ user: '', created_by: '8' }).createdBy).toEqual([])
  expect(filter({ user: '' }, { kind: 'link', insightId: 5 }).createdBy).toEqual([])
})

test('dates become instants of the project, kinds become nodes, tags are compared in lower case', () => {
  const read = filter({ date_from: '-7d', insight: 'funnels', tags: '[" Paid "]', dashboards: '[]' })
  expect(read.modified?.after).toMatch(/^2026-01-08T/)
  expect([read.kind, read.tags, read.dashboards]).toEqual([
    { node: 'FunnelsQuery', legacy: 'FUNNELS' },
    ['paid'],
    undefined,
  ])
})

test.each([
  ['created_by', { created_by: '[1.5]' }],
  ['dashboards', { dashboards: '{}' }],
  ['tags', { tags: '[{}]' }],
  ['insight', { insight: 'constructor' }],
  ['date_from', { date_from: 'nonsense' }],
] as const)('%s: a text that cannot be read is a 400', (attr, parameters) => {
  expect(() => filter(parameters)).toThrow(expect.objectContaining({ status: 400, attr }))
})

test('an order names a column', () => {
  expect(readOrder('-name')).toEqual({ column: 'name', descending: true })
  expect(readOrder(undefined)).toEqual({ column: 'order', descending: false })
  for (const order of ['constructor', '--name', ''])
    expect(() => readOrder(order)).toThrow(expect.objectContaining({ status: 400, attr: 'order' }))
})
