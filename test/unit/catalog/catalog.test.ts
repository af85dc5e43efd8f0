import { expect, test } from 'vitest'
import { CATALOG, catalogTable } from '../../../lib/catalog/catalog.ts'
import { entryProperty, sessionPropertyType } from '../../../lib/catalog/sessions.ts'

const tables = Object.entries(CATALOG)

test.each(tables)('%s: the key and both ends of each lazy join are columns, of one type', (name, table) => {
  expect(table.name).toBe(name)
  for (const column of table.key) expect(table.columns.has(column), column).toBe(true)
  for (const { table: other, from, to } of table.joins.values()) {
    const ends = [table.columns.get(from), CATALOG[other].columns.get(to)]
    // groups of all types are in one table
    expect(ends.map((type) => type?.replace(/^id group_\d$/, 'id group'))).toEqual([ends[1], ends[1]])
    // at most one row belongs to each
    expect(CATALOG[other].key).toEqual([to])
  }
})

test('there are no other tables, whatever the name', () => {
  expect(catalogTable('events')).toBe(CATALOG.events)
  for (const name of ['Events', 'toString', '__proto__', 'constructor', 'dictionary', ''])
    expect(catalogTable(name)).toBeUndefined()
})

test('sessions have their own properties and those of their first event', () => {
  expect(sessionPropertyType('$session_duration')).toBe('float')
  expect(sessionPropertyType('$start_timestamp')).toBe('instant')
  expect([sessionPropertyType('$entry_utm_source'), entryProperty('$entry_utm_source')]).toEqual(['text', 'utm_source'])
  expect(entryProperty('$entry_referring_domain')).toBe('$referring_domain')
  for (const key of ['plan', 'toString', '$entry_plan']) expect(sessionPropertyType(key)).toBeUndefined()
})
