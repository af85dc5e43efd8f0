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

export type KeyChanges = Partial<Pick<KeyRow, 'label' | 'scopes' | 'scoped_teams' | 'scoped_organizations'>>

/** Changes what a key is called and may do. */
export async function updateKey(
  db: NeonHttpDatabase,
  userId: number,
  id: string,
  changes: KeyChanges,
): Promise<KeyRow | undefined> {
  if (Object.keys(changes).length === 0) return findKey(db, userId, id)
  const [row] = await db
    .update(personalApiKeys)
    .set(changes)
    .where(and(eq(personalApiKeys.user_id, userId), eq(personalApiKeys.id, id)))
    .returning()
  return row
}

/** Gives a key another value; undefined when it has been given one since `known` was read. */
export async function rollKey(
  db: NeonHttpDatabase,
  known: KeyRow,
  values: Pick<KeyRow, 'secure_value' | 'mask_value'>,
): Promise<KeyRow | undefined> {
  const [row] = await db
    .update(personalApiKeys)
    .set({ ...values, last_rolled_at: sql`now()` as never })
    .where(and(eq(personalApiKeys.id, known.id), eq(personalApiKeys.secure_value, known.secure_value)))
    .returning()
  return row
}
