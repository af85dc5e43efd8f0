import type { KeyActor } from '../core/actor.ts'
import { type RecordEntry, recordKey } from './record.ts'

/** Without a version: only readers write it, and a change of rights withholds it. */
export const callerRecord = (secureValue: string, caller: KeyActor): RecordEntry => ({
  key: recordKey.caller(secureValue),
  version: 0,
  value: caller,
})
