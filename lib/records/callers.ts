import type { KeyActor } from '../core/actor.ts'
import { type RecordEntry, recordKey } from './record.ts'

/**
 * The record of a key: its actor. The version is always 0: only readers write this record, and a change of the actor's
 * rights withholds it.
 */
export const callerRecord = (secureValue: string, caller: KeyActor): RecordEntry => ({
  key: recordKey.caller(secureValue),
  version: 0,
  value: caller,
})
