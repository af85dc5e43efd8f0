import { assert } from './assert.ts'
import { sha256 } from './ids.ts'

/** SHA-256 of plain data: equal for what was made alike, and for nothing else. */
export const fingerprint = (made: unknown): Promise<string> => sha256(JSON.stringify(made, distinct) ?? '')

function distinct(_key: string, value: unknown): unknown {
  // numbers that JSON does not have
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) }
  const isPlain = typeof value !== 'object' || value === null || Array.isArray(value) || isObject(value)
  assert(isPlain, `${Object.prototype.toString.call(value)} has no text of its own`)
  return value
}

const isObject = (value: object) => Object.getPrototypeOf(value) === Object.prototype
