/** Nothing that is forced can be read as no filter: what is not wholly known is refused. */
import { describe, expect, test } from 'vitest'
import { ForcedFiltersSchema } from '../../../lib/nodes/forced-filters.ts'

const accepts = (filters: unknown) => ForcedFiltersSchema.safeParse(filters).success
const EVENT = { type: 'event', key: 'tenant', value: 'acme' }

describe('forced filters', () => {
  test.each([
    [[]],
    [[EVENT]],
    [[{ ...EVENT, operator: 'in', value: ['a', 1, true] }]],
    [[{ type: 'person', key: 'plan', operator: 'is_not_set' }]],
    [[{ type: 'group', group_type_index: 4, key: 'name', value: 'x', operator: 'icontains' }, EVENT]],
  ])('%j', (filters) => expect(accepts(filters)).toBe(true))

  test.each<[unknown]>([
    [null],
    [{}],
    [EVENT],
    [[{}]],
    [[{ key: 'tenant', value: 'acme' }]],
    [[{ ...EVENT, type: 'cohort' }]],
    [[{ ...EVENT, type: 'hogql', key: 'true' }]],
    [[{ ...EVENT, type: 'session' }]],
    [[{ ...EVENT, key: '' }]],
    [[{ ...EVENT, value: [] }]],
    [[{ ...EVENT, value: null }]],
    [[{ ...EVENT, value: [null] }]],
    [[{ ...EVENT, value: {} }]],
    [[{ ...EVENT, operator: 'is_set' }]],
    [[{ ...EVENT, operator: 'like' }]],
    [[{ ...EVENT, label: 'x' }]],
    [[{ ...EVENT, group_type_index: 0 }]],
    [[{ type: 'event', key: 'tenant' }]],
    [[{ type: 'group', key: 'name', value: 'x' }]],
    [[{ type: 'group', group_type_index: 5, key: 'name', value: 'x' }]],
    [[{ type: 'OR', values: [EVENT] }]],
    [Array.from({ length: 21 }, () => EVENT)],
  ])('not %j', (filters) => expect(accepts(filters)).toBe(false))
})
