import { expect, test } from 'vitest'
import { insightRecords } from '../../../lib/records/insights.ts'
import { parseRecord, RECORD_PREFIX, recordContent, recordKey } from '../../../lib/records/record.ts'
import { sharedName, shareRecord } from '../../../lib/records/shares.ts'
import type { InsightRow } from '../../../lib/store/insights.ts'

test('a record says its value, that the row is gone, or nothing', () => {
  for (const value of [{ id: 1 }, 'a text', 'gone too', 0, false, []])
    expect(parseRecord(`7 ${recordContent(value)}`), JSON.stringify(value)).toEqual({ value })
  expect(parseRecord(`7 ${recordContent(null)}`)).toBe('gone')
  expect(parseRecord('7 withheld')).toBeUndefined()
  expect(parseRecord('7 outdated')).toBeUndefined()
  expect(parseRecord(null)).toBeUndefined()
  expect(parseRecord(undefined)).toBeUndefined()
})

test('a row whose value is the word of a tombstone is not gone', () => {
  expect(parseRecord(`1 ${recordContent('gone')}`)).toEqual({ value: 'gone' })
})

const row = (short_id: string) => ({ project_id: 3, id: 9, short_id, version: 4 }) as InsightRow

test('an insight is recorded by its number and by a short id that is no number', () => {
  expect(insightRecords(row('aBcD1234')).map(({ key, version }) => [key, version])).toEqual([
    ['insight4:3:9', 4],
    ['insight4:3:aBcD1234', 4],
  ])
  expect(insightRecords(row('12345678')).map(({ key }) => key)).toEqual(['insight4:3:9'])
})

/** The script that follows a link builds its keys from the prefixes. */
test('the record of a link names its insight as the keys do', () => {
  const [project, insight] = sharedName(row('a')).split(':')
  expect(RECORD_PREFIX.project + project).toBe(recordKey.project(3))
  expect(`${RECORD_PREFIX.insight}${project}:${insight}`).toBe(recordKey.insight(3, 9))
  expect(recordContent(shareRecord('t', 2, row('a')).value)).toMatch(/^"\d+:\d+"$/)
  expect(recordContent(shareRecord('t', 2, null).value)).toBe('gone')
})
