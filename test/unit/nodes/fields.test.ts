/** Each field of a node is taken, refused by its path if it is wrong, and in the key of the cache if it changes a number. */
import { describe, expect, test } from 'vitest'
import type * as z from 'zod/mini'
import type { Project } from '../../../lib/core/project.ts'
import { HogQLQuery } from '../../../lib/nodes/hogql/wire.ts'
import { parseQuery, validateQuery } from '../../../lib/nodes/index.ts'
import { LifecycleQuery } from '../../../lib/nodes/lifecycle/wire.ts'
import { PathsQuery } from '../../../lib/nodes/paths/wire.ts'
import { RetentionQuery } from '../../../lib/nodes/retention/wire.ts'
import { StickinessQuery } from '../../../lib/nodes/stickiness/wire.ts'
import { prepareQuery } from '../../../lib/refresh/prepare.ts'
import { NODE_FIELDS } from '../../support/node-fields.ts'
import { type Field, having } from '../../support/shared-fields.ts'

const SCHEMAS: { readonly [K in keyof typeof NODE_FIELDS]: z.ZodMiniType } = {
  RetentionQuery,
  LifecycleQuery,
  StickinessQuery,
  PathsQuery,
  HogQLQuery,
}

const PROJECT: Project = {
  id: 7,
  organizationId: '00000000-0000-4000-8000-000000000000',
  name: 'fields',
  apiToken: 'phc_fields',
  timezone: 'Europe/Berlin',
  weekStartDay: 1,
  testAccountFilters: [{ key: 'email', value: '@us.test', operator: 'not_icontains', type: 'person' }],
  pathCleaningFilters: [{ regex: '/u/[0-9]+', alias: '/u/<id>' }],
  configVersion: 1,
  slotKeys: [],
}
const keyOf = async (query: object) =>
  (await prepareQuery(PROJECT, query, { now: new Date('2024-03-15T12:00:00Z'), forced: [] })).key

interface Definition {
  readonly type: string
  readonly innerType?: z.ZodMiniType
  readonly shape?: Readonly<Record<string, z.ZodMiniType>>
}

/** The paths of all keys of a schema; inside a key of `known` nobody looks further. */
function pathsOf(schema: z.ZodMiniType, known: ReadonlySet<string>, before: readonly string[] = []): string[] {
  const definition = schema._zod.def as Definition
  const path = before.join('.')
  if (definition.innerType) return pathsOf(definition.innerType, known, before)
  if (known.has(path) || !definition.shape) return [path]
  return Object.entries(definition.shape).flatMap(([key, inner]) => pathsOf(inner, known, [...before, key]))
}

const refusal = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

describe.each(Object.entries(NODE_FIELDS))('%s', (kind, { base, fields }) => {
  const nodeOf = ({ beside = {} }: Field) => having(base, beside)

  test('every key of its schema is among the fields', () => {
    const paths = pathsOf(SCHEMAS[kind as keyof typeof SCHEMAS], new Set(Object.keys(fields)))
    expect(paths.filter((path) => path !== 'kind').sort()).toEqual(Object.keys(fields).sort())
  })

  test.each(Object.entries(fields))('%s', async (path, field) => {
    const plain = nodeOf(field)
    const keys = field.unsupported ? [] : [await keyOf(plain)]
    for (const value of field.right) {
      const node = having(plain, { [path]: value })
      validateQuery({ kind: 'InsightVizNode', source: node })
      if (!field.unsupported) keys.push(await keyOf(node))
      else
        expect(refusal(() => parseQuery(node))).toMatchObject({
          status: 400,
          code: 'not_supported',
          detail: expect.stringContaining(`query.${path.split('.')[0]}`),
        })
    }
    if (!field.unsupported) expect(new Set(keys).size).toBe(field.changes ? keys.length : 1)
    if (field.wrong === undefined) return
    const refused = { status: 400, code: 'parse_error', detail: expect.stringContaining(`query.${path}`) }
    expect(refusal(() => validateQuery(having(plain, { [path]: field.wrong })))).toMatchObject(refused)
    expect(refusal(() => parseQuery(having(plain, { [path]: field.wrong })))).toMatchObject(refused)
  })

  const objects = new Set(Object.keys(fields).map((path) => path.split('.').slice(0, -1).join('.')))
  test.each([...objects])('a key that nobody knows is refused by its path: %s', (path) => {
    const nonsense = path === '' ? 'nonsense' : `${path}.nonsense`
    const refused = { status: 400, code: 'parse_error', detail: `query.${nonsense}: Extra inputs are not permitted.` }
    const beside = Object.entries(fields).find(([name]) => name.startsWith(`${path}.`))?.[1] ?? {
      right: [],
      changes: false,
    }
    expect(refusal(() => parseQuery(having(nodeOf(beside), { [nonsense]: 1 })))).toMatchObject(refused)
  })
})

test('the cleaning rules of the project are in the key of paths that use them', async () => {
  const keys = async (pathReplacements: boolean) => {
    const node = { kind: 'PathsQuery', pathsFilter: { pathReplacements } }
    const other = { ...PROJECT, pathCleaningFilters: [] }
    return [
      await keyOf(node),
      (await prepareQuery(other, node, { now: new Date('2024-03-15T12:00:00Z'), forced: [] })).key,
    ]
  }
  const [used, unused] = [await keys(true), await keys(false)]
  expect(used[0]).not.toBe(used[1])
  expect(unused[0]).toBe(unused[1])
})

test.each<[string, object, string, string]>([
  ['retention by the month', { kind: 'RetentionQuery', retentionFilter: { period: 'Month' } }, 'month', '2023-08-01'],
  [
    'retention by the week',
    { kind: 'RetentionQuery', retentionFilter: { period: 'Week', totalIntervals: 2 } },
    'week',
    '2024-03-04',
  ],
  [
    'lifecycle by the week',
    { kind: 'LifecycleQuery', series: [{ kind: 'EventsNode' }], interval: 'week' },
    'week',
    '2024-03-08',
  ],
  [
    'stickiness by the month',
    { kind: 'StickinessQuery', series: [{ kind: 'EventsNode' }], interval: 'month' },
    'month',
    '2024-03-08',
  ],
  ['paths', { kind: 'PathsQuery', pathsFilter: {} }, 'day', '2024-03-08'],
])('how long the result of %s is fresh follows from its interval and range', async (_, query, interval, from) => {
  const { description } = await prepareQuery(PROJECT, query, { now: new Date('2024-03-15T12:00:00Z'), forced: [] })
  expect(description.interval).toBe(interval)
  expect(description.dateFrom?.toLocaleDateString('sv', { timeZone: PROJECT.timezone })).toBe(from)
})
