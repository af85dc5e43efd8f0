import { secureValue } from '../access/authenticate.ts'
import { recordKey, writeRecords } from '../cache/records.ts'
import { notFound } from '../core/errors.ts'
import { randomText } from '../core/ids.ts'
import type { Services } from '../services.ts'
import { deleteKey, insertKey, type KeyRow } from '../store/keys.ts'

export interface KeyInput {
  readonly label: string
  readonly scopes: readonly string[]
  readonly scopedTeams: readonly number[]
  readonly scopedOrganizations: readonly string[]
}

/** What is shown of a key after its creation. */
export const maskKey = (key: string) => `${key.slice(0, 4)}...${key.slice(-4)}`

/** A new key. Its value is shown this once; only its hash is stored. */
export async function createKey(
  services: Services,
  userId: number,
  input: KeyInput,
  value = `phx_${randomText(43)}`,
): Promise<{ row: KeyRow; value: string }> {
  const row = await insertKey(services.db, {
    id: randomText(12),
    user_id: userId,
    label: input.label,
    mask_value: maskKey(value),
    secure_value: await secureValue(value),
    scopes: [...input.scopes],
    scoped_teams: [...input.scopedTeams],
    scoped_organizations: [...input.scopedOrganizations],
  })
  return { row, value }
}

/** Revokes a key; it stops working everywhere. Throws 404. */
export async function revokeKey(services: Services, userId: number, id: string): Promise<void> {
  const row = await deleteKey(services.db, userId, id)
  if (!row) throw notFound()
  await writeRecords(services, [[recordKey.caller(row.secure_value), null]])
}

/** As the API shows it; `value` only in the answer that creates it. */
export const presentKey = (row: KeyRow, value: string | null = null) => ({
  id: row.id,
  label: row.label,
  value,
  mask_value: row.mask_value,
  created_at: row.created_at,
  last_used_at: row.last_used_at,
  last_rolled_at: row.last_rolled_at,
  user_id: row.user_id,
  scopes: row.scopes,
  scoped_teams: row.scoped_teams,
  scoped_organizations: row.scoped_organizations,
})
