import { recordKey, writeRecords } from '../cache/records.ts'
import type { Services } from '../services.ts'
import { findCallersOf } from '../store/callers.ts'

const ATTEMPTS = 5

/**
 * After a change of memberships, roles or keys: every key of these users is known by its new rights. What was written is
 * compared with the rows once more, as another change may have come in between: the last writer writes the truth.
 */
export async function refreshCallers(services: Services, userIds: readonly number[]): Promise<void> {
  const ids = [...new Set(userIds)]
  const written = new Map<string, string>()
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = new Map((await findCallersOf(services.db, ids)).map((row) => [row.secureValue, row.caller]))
    const entries: [string, unknown][] = []
    for (const [secureValue, caller] of found)
      if (written.get(secureValue) !== JSON.stringify(caller)) entries.push([recordKey.caller(secureValue), caller])
    for (const secureValue of written.keys())
      if (!found.has(secureValue)) entries.push([recordKey.caller(secureValue), null])
    if (entries.length === 0) return
    await writeRecords(services, entries)
    written.clear()
    for (const [secureValue, caller] of found) written.set(secureValue, JSON.stringify(caller))
  }
}
