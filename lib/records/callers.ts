import type { Caller } from '../access/caller.ts'
import { type RecordEntry, recordKey } from './record.ts'

/** Without a version: only readers write it, and a change of rights withholds it. */
export const callerRecord = (secureValue: string, caller: Caller): RecordEntry => ({
  key: recordKey.caller(secureValue),
  version: 0,
  value: caller,
})
