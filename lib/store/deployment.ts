/** What a deployment knows of itself. */
import { sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'

/** The address that was noted last; undefined if none was. */
export async function readAddress(db: NeonHttpDatabase): Promise<string | undefined> {
  const { rows } = await db.execute<{ public_url: string }>(sql`select public_url from deployment`)
  return rows[0]?.public_url
}

/** Notes the address at which the worker is reached. */
export async function noteAddress(db: NeonHttpDatabase, address: string): Promise<void> {
  await db.execute(sql`
    insert into deployment (public_url) values (${address})
    on conflict (id) do update set public_url = excluded.public_url where deployment.public_url <> excluded.public_url`)
}

/** What the check of a deployment reads, in one statement. */
interface DatabaseState {
  /** Names of the migrations that are applied. */
  readonly migrations: readonly string[]
  /** The clock of the database, in milliseconds. */
  readonly clock: number
}

/** Throws 503 with 42P01 behind it before the first migration. */
export async function readState(db: NeonHttpDatabase): Promise<DatabaseState> {
  const { rows } = await db.execute<{ migrations: string[]; clock: string }>(sql`
    select coalesce((select jsonb_agg(name order by name) from migrations), '[]') as migrations,
      extract(epoch from clock_timestamp()) * 1000 as clock`)
  const [row] = rows
  return { migrations: row?.migrations ?? [], clock: Number(row?.clock) }
}
