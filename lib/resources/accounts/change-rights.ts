import { recordKey } from '../../records/record.ts'
import { withholdLater, withholdRecords } from '../../records/write.ts'
import type { Services } from '../../services.ts'
import { findSecureValues } from '../../store/callers.ts'

/**
 * A change of memberships, roles or anything else that decides what users may do: requests with any of their keys see
 * it at once, and go on seeing it whatever becomes of the calls after it. Throws 503 when that cannot be made sure of;
 * then nothing was changed.
 */
export async function changeRights<T>(
  services: Services,
  userIds: readonly number[],
  change: () => Promise<T>,
): Promise<T> {
  const ids = [...new Set(userIds)]
  const before = await findSecureValues(services.db, ids)
  await withholdRecords(services, before.map(recordKey.caller))
  const result = await change()
  // a key that was made and used meanwhile
  const since = (await findSecureValues(services.db, ids)).filter((value) => !before.includes(value))
  await withholdLater(services, since.map(recordKey.caller))
  return result
}
