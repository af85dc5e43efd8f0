import { expect, test } from 'vitest'
import { insightRecords } from '../../../lib/records/insights.ts'
import { parseRecord, RECORD_PREFIX, recordContent, recordKey } from '../../../lib/records/record.ts'
import { shareRecord } from '../../../lib/records/shares.ts'
import type { InsightRow } from '../../../lib/store/insights.ts'
import type { SharingRow } from '../../../lib/store/sharing.ts'

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
    ['insight5:3:9', 4],
    ['insight5:3:aBcD1234', 4],
  ])
  expect(insightRecords(row('12345678')).map(({ key }) => key)).toEqual(['insight5:3:9'])
})

/** The script that follows a link builds its keys from the prefixes. */
test('the record of a link names its insight as the keys do', () => {
  const settings = { show_query: false, expires_at: null, allowed_ancestors: null, filters: [] }
  const link = {
    project_id: 3,
    insight_id: 9,
    dashboard_id: null,
    access_token: 't',
    version: 2,
    enabled: true,
    ...settings,
  }
  const contentOf = (changed: object) => recordContent(shareRecord({ ...link, ...changed } as SharingRow).value)
  const [, project, insight] = /^{"insight":"(\d+):(\d+)"/.exec(contentOf({})) ?? []
  expect(RECORD_PREFIX.project + project).toBe(recordKey.project(3))
  expect(`${RECORD_PREFIX.insight}${project}:${insight}`).toBe(recordKey.insight(3, 9))
  expect(contentOf({ insight_id: null, dashboard_id: 5 })).toMatch(/^{"dashboard":"3:5"/)
  expect(contentOf({ enabled: false })).toBe('gone')
})
