import { readId } from '../core/ids.ts'
import type { Services } from '../services.ts'
import type { InsightRow } from '../store/insights.ts'
import { type RecordEntry, recordKey } from './record.ts'
import { withholdRecords, writeRecords } from './write.ts'

/** The records of a row: by its number and by its short id, which are all that requests can name it by. */
export const insightRecords = (row: InsightRow): RecordEntry[] =>
  insightKeys(row).map((key) => ({ key, version: row.version, value: row }))

const insightKeys = ({ project_id, id, short_id }: InsightRow): string[] =>
  // a short id that looks like a number would be another insight's
  [id, ...(readId(short_id) === undefined ? [short_id] : [])].map((ref) => recordKey.insight(project_id, ref))

/** Before a change that may hide the insight. Throws 503; then it must not be made. */
export const withholdInsight = (services: Services, row: InsightRow): Promise<void> =>
  withholdRecords(services, insightKeys(row))

/** Writes the records of rows as they were read at the end of a change, or after it. */
export const writeInsights = (services: Services, rows: readonly InsightRow[]): Promise<void> =>
  writeRecords(services, rows.flatMap(insightRecords))
