import { and, desc, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { personalApiKeys } from './schema.ts'

export type KeyRow = typeof personalApiKeys.$inferSelect

export const listKeys = (db: NeonHttpDatabase, userId: number): Promise<KeyRow[]> =>
  db.select().from(personalApiKeys).where(eq(personalApiKeys.user_id, userId)).orderBy(desc(personalApiKeys.created_at))

export async function findKey(db: NeonHttpDatabase, userId: number, id: string): Promise<KeyRow | undefined> {
  const [row] = await db
    .select()
    .from(personalApiKeys)
    .where(and(eq(personalApiKeys.user_id, userId), eq(personalApiKeys.id, id)))
  return row
}

export async function insertKey(
  db: NeonHttpDatabase,
  values: Omit<KeyRow, 'created_at' | 'last_used_at' | 'last_rolled_at'>,
): Promise<KeyRow> {
  const [row] = await db
    .insert(personalApiKeys)
    .values({ ...values, created_at: sql`now()` as never })
    .returning()
  if (!row) throw new Error('the key was not made')
  return row
}

export async function deleteKey(db: NeonHttpDatabase, userId: number, id: string): Promise<KeyRow | undefined> {
  const [row] = await db
    .delete(personalApiKeys)
    .where(and(eq(personalApiKeys.user_id, userId), eq(personalApiKeys.id, id)))
    .returning()
  return row
}
