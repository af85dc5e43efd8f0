import { and, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { alias } from 'drizzle-orm/pg-core'
import type { CallerUser } from '../access/caller.ts'
import { insights, users } from './schema.ts'
import { userJson } from './user-json.ts'

type Columns = typeof insights.$inferSelect

/** A row with its users, as requests and the Redis record hold it. */
export interface InsightRow extends Omit<Columns, 'created_by' | 'last_modified_by'> {
  readonly created_by: CallerUser | null
  readonly last_modified_by: CallerUser | null
}

export type InsightChanges = Partial<
  Pick<
    Columns,
    'name' | 'derived_name' | 'description' | 'filters' | 'query' | 'order' | 'deleted' | 'favorited' | 'saved' | 'tags'
  >
>

const creator = alias(users, 'creator')
const modifier = alias(users, 'modifier')

const COLUMNS = {
  ...getTableColumns(insights),
  created_by: userJson(creator).as('creator'),
  last_modified_by: userJson(modifier).as('modifier'),
}

const selectInsights = (db: NeonHttpDatabase) =>
  db
    .select(COLUMNS)
    .from(insights)
    .leftJoin(creator, eq(creator.id, insights.created_by))
    .leftJoin(modifier, eq(modifier.id, insights.last_modified_by))

/** One insight by number or short id; deleted ones too. */
export async function findInsight(
  db: NeonHttpDatabase,
  projectId: number,
  ref: string,
): Promise<InsightRow | undefined> {
  const isNumber = /^\d{1,10}$/.test(ref) && Number(ref) <= 2_147_483_647
  const matches = isNumber
    ? sql`(${insights.id} = ${Number(ref)} or ${insights.short_id} = ${ref})`
    : eq(insights.short_id, ref)
  const rows = await selectInsights(db)
    .where(and(eq(insights.project_id, projectId), matches))
    .orderBy(sql`${insights.short_id} = ${ref}`)
    .limit(1)
  return rows[0]
}

/** A page of insights and how many there are, in one call. */
export async function listInsights(
  db: NeonHttpDatabase,
  where: SQL | undefined,
  page: { order: SQL; limit: number; offset: number },
): Promise<{ rows: InsightRow[]; count: number }> {
  const [rows, counts] = await db.batch([
    selectInsights(db).where(where).orderBy(page.order, sql`${insights.id} asc`).limit(page.limit).offset(page.offset),
    db.select({ count: sql<number>`count(*)::int4` }).from(insights).where(where),
  ])
  return { rows, count: Number(counts[0]?.count ?? 0) }
}

export async function insertInsight(
  db: NeonHttpDatabase,
  projectId: number,
  userId: number,
  shortId: string,
  values: InsightChanges,
): Promise<InsightRow> {
  const now = sql`now()` as never
  const [inserted] = await db
    .insert(insights)
    .values({
      ...values,
      project_id: projectId,
      short_id: shortId,
      created_at: now,
      updated_at: now,
      last_modified_at: now,
      created_by: userId,
      last_modified_by: userId,
    })
    .returning({ id: insights.id })
  const row = inserted && (await findInsight(db, projectId, String(inserted.id)))
  if (!row) throw new Error('the insight was not made')
  return row
}

/**
 * Writes the given columns only, so that concurrent changes of others are kept. `modified` moves `last_modified_*`.
 * Undefined when the insight is not there, or is deleted and `undelete` is not set.
 */
export async function updateInsight(
  db: NeonHttpDatabase,
  target: { projectId: number; id: number; userId: number },
  changes: InsightChanges,
  { modified, undelete }: { modified: boolean; undelete: boolean },
): Promise<InsightRow | undefined> {
  const now = sql`now()` as never
  const [, rows] = await db.batch([
    db
      .update(insights)
      .set({
        ...changes,
        is_sample: false,
        updated_at: now,
        ...(modified ? { last_modified_at: now, last_modified_by: target.userId } : {}),
      })
      .where(
        and(
          eq(insights.project_id, target.projectId),
          eq(insights.id, target.id),
          undelete ? undefined : eq(insights.deleted, false),
        ),
      ),
    selectInsights(db).where(and(eq(insights.project_id, target.projectId), inArray(insights.id, [target.id]))),
  ])
  return rows[0]
}
