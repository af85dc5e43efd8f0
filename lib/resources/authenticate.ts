/** Reads the actor of a personal API key, and changes the rights of users. Both write the Redis record of keys. */
import type { KeyActor } from '../core/actor.ts'
import { authenticationFailed, notAuthenticated } from '../core/errors.ts'
import { sha256 } from '../core/ids.ts'
import { callerRecord } from '../records/callers.ts'
import { type RecordEntry, type Recorded, recordKey } from '../records/record.ts'
import { rememberMiss, withholdLater, withholdRecords } from '../records/write.ts'
import type { Services } from '../services.ts'
import { findCaller, findSecureValues, touchKey } from '../store/callers.ts'
import { mistakenKey } from './misplaced-key.ts'

/** The key that a request has sent. */
export interface Credentials {
  /** The stored form of the key; null for a text that cannot be a key. */
  readonly secureValue: string | null
  /** A sentence on what else the text is; empty unless that is known. */
  readonly mistake: string
  readonly from: 'Authorization header' | 'body' | 'query string'
}

const HOUR_MS = 3_600_000

/** Finds the key of a request in the header, the body or the query string, in this order (docs/insights.md 3). */
export async function findCredentials(
  authorization: string | undefined,
  body: Readonly<Record<string, unknown>>,
  query: (name: string) => string | undefined,
): Promise<Credentials | undefined> {
  const bearer = bearerOf(authorization)
  if (bearer) return { ...(await readKey(bearer)), from: 'Authorization header' }
  const inBody = body.personal_api_key
  if (typeof inBody === 'string' && inBody) return { ...(await readKey(inBody.trim())), from: 'body' }
  const inQuery = query('personal_api_key')
  return inQuery ? { ...(await readKey(inQuery.trim())), from: 'query string' } : undefined
}

/** The key in an `Authorization` header; undefined if the header is not `Bearer …`. */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  authorization?.match(/^\s*Bearer\s+(.*)$/i)?.[1]?.trim() || undefined

/**
 * Generated keys have 43 characters after `phx_`; keys given to bootstrap, like the development key, may have fewer.
 */
const KEY = /^phx_\w{16,128}$/

const readKey = async (text: string) => ({
  secureValue: KEY.test(text) ? await secureValue(text) : null,
  mistake: mistakenKey(text),
})

/** The stored form of a key: `sha256$` and the hash in hex. */
export const secureValue = async (key: string) => `sha256$${await sha256(key)}`

/**
 * The actor of a key: from `recorded`, its record, or else from Postgres; `fill` is then the record to write. Throws
 * 401 if the request has no key or an unknown one.
 */
export async function authenticate(
  services: Services,
  credentials: Credentials | undefined,
  recorded: Recorded<KeyActor>,
): Promise<{ caller: KeyActor; fill: RecordEntry | undefined }> {
  if (!credentials) throw notAuthenticated()
  const { from, mistake } = credentials
  const wrong = () =>
    authenticationFailed(`Personal API key found in request ${from} is invalid.${mistake && ` ${mistake}`}`)
  if (recorded === 'gone' || credentials.secureValue === null) throw wrong()
  if (recorded) return { caller: touched(services, recorded.value), fill: undefined }
  const caller = await findCaller(services.db, credentials.secureValue)
  if (!caller) {
    rememberMiss(services, recordKey.caller(credentials.secureValue))
    throw wrong()
  }
  return { caller: touched(services, caller), fill: callerRecord(credentials.secureValue, caller) }
}

/** Writes `last_used_at` of the key after the response, at most once an hour. Returns the caller. */
function touched(services: Services, caller: KeyActor): KeyActor {
  const last = caller.lastUsedAt ? Date.parse(caller.lastUsedAt) : 0
  const due = services.now().getTime() - last > HOUR_MS && !recentlyTouched(caller.keyId, services.now().getTime())
  if (due) services.waitUntil(touchKey(services.db, caller.keyId).catch(() => {}))
  return caller
}

const touches = new Map<string, number>()

function recentlyTouched(keyId: string, now: number): boolean {
  const recently = now - (touches.get(keyId) ?? 0) < HOUR_MS
  if (!recently) touches.set(keyId, now)
  return recently
}

/**
 * Makes a change of the rights of users, such as memberships and roles. Withholds the records of all their keys before,
 * so that every request after the change sees it, even if a later call fails. Throws 503 if Redis is away; then nothing
 * was changed. Returns the answer of `change`.
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
  // keys that were created and used during the change have records, too
  const since = (await findSecureValues(services.db, ids)).filter((value) => !before.includes(value))
  await withholdLater(services, since.map(recordKey.caller))
  return result
}
