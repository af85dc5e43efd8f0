import { readId } from '../core/ids.ts'
import type { Services } from '../services.ts'
import type { InsightRow } from '../store/insights.ts'
import { type RecordEntry, recordKey } from './record.ts'
import { withholdRecords, writeRecords } from './write.ts'

/** The records of an insight: one under its id and one under its short id, because requests use either. */
export const insightRecords = (row: InsightRow): RecordEntry[] =>
  insightKeys(row).map((key) => ({ key, version: row.version, value: row }))

const insightKeys = ({ project_id, id, short_id }: InsightRow): string[] =>
  // a short id that is a number would be read as the id of another insight
  [id, ...(readId(short_id) === undefined ? [short_id] : [])].map((ref) => recordKey.insight(project_id, ref))

/**
 * Withholds the records of an insight before a change that may hide it. Throws 503 if Redis is away; then the change
 * must not be made.
 */
export const withholdInsight = (services: Services, row: InsightRow): Promise<void> =>
  withholdRecords(services, insightKeys(row))

/** Writes the records of insights. The rows must have been read in the transaction of a change, or after it. */
export const writeInsights = (services: Services, rows: readonly InsightRow[]): Promise<void> =>
  writeRecords(services, rows.flatMap(insightRecords))
