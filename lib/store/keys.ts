import { and, desc, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { columnValues } from './column-values.ts'
import { personalApiKeys } from './schema.ts'

export type KeyRow = typeof personalApiKeys.$inferSelect

/** All keys of a user, newest first. */
export const listKeys = (db: NeonHttpDatabase, userId: number): Promise<KeyRow[]> =>
  db.select().from(personalApiKeys).where(eq(personalApiKeys.user_id, userId)).orderBy(desc(personalApiKeys.created_at))

/** One key of a user by its id; undefined if there is none. */
export async function findKey(db: NeonHttpDatabase, userId: number, id: string): Promise<KeyRow | undefined> {
  const [row] = await db
    .select()
    .from(personalApiKeys)
    .where(and(eq(personalApiKeys.user_id, userId), eq(personalApiKeys.id, id)))
  return row
}

/** Stores a new key and returns it. Returns undefined, and stores nothing, if the user has `atMost` keys already. */
export async function insertKey(
  db: NeonHttpDatabase,
  values: Omit<KeyRow, 'created_at' | 'last_used_at' | 'last_rolled_at'>,
  atMost: number,
): Promise<KeyRow | undefined> {
  const fields = columnValues<keyof typeof values>(personalApiKeys, values)
  const [, , [row]] = await db.batch([
    // locks the user, so that concurrent inserts cannot both pass the count below
    db.execute(sql`select id from users where id = ${values.user_id} for update`),
    db.execute(sql`
      insert into personal_api_keys (${sql.join(
        fields.map(({ name }) => name),
        sql`, `,
      )})
      select ${sql.join(
        fields.map(({ value }) => value),
        sql`, `,
      )}
       where (select count(*) from personal_api_keys where user_id = ${values.user_id}) < ${atMost}`),
    db.select().from(personalApiKeys).where(eq(personalApiKeys.id, values.id)),
  ])
  return row
}

/** Matches the key only while it has the value that was read. */
const isKnown = ({ id, secure_value }: KeyRow) =>
  and(eq(personalApiKeys.id, id), eq(personalApiKeys.secure_value, secure_value))

/** Deletes a key. Returns false if the key is gone or its value has changed since `known` was read. */
export async function deleteKey(db: NeonHttpDatabase, known: KeyRow): Promise<boolean> {
  const rows = await db.delete(personalApiKeys).where(isKnown(known)).returning({ id: personalApiKeys.id })
  return rows.length > 0
}

export type KeyChanges = Partial<Pick<KeyRow, 'label' | 'scopes' | 'scoped_teams' | 'scoped_organizations'>>

/**
 * Changes the label or the scopes of a key. Returns undefined if the key is gone or its value has changed since `known`
 * was read.
 */
export async function updateKey(db: NeonHttpDatabase, known: KeyRow, changes: KeyChanges): Promise<KeyRow | undefined> {
  if (Object.keys(changes).length === 0) return known
  const [row] = await db.update(personalApiKeys).set(changes).where(isKnown(known)).returning()
  return row
}

/**
 * Replaces the value of a key. Returns undefined if the key is gone or its value has changed since `known` was read.
 */
export async function rollKey(
  db: NeonHttpDatabase,
  known: KeyRow,
  values: Pick<KeyRow, 'secure_value' | 'mask_value'>,
): Promise<KeyRow | undefined> {
  const [row] = await db
    .update(personalApiKeys)
    .set({ ...values, last_rolled_at: sql`now()` as never })
    .where(isKnown(known))
    .returning()
  return row
}
