import { refused } from '../refused.ts'

// LZ-string's base64 form, which old web clients send as `lz64`

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/='
const BITS = 6

/** Compressed text -> text; undefined if it is damaged. Throws 413 above `limit` characters. */
export function decompressLz(input: string, limit: number): string | undefined {
  const read = bitReader(input)
  const dictionary: string[] = ['', '', '']
  let width = 3
  const first = literal(read, read(2))
  if (first === undefined) return first
  dictionary.push(first)
  let previous = first
  const parts = [first]
  let length = first.length
  // how many codes are left before codes get one bit wider
  let room = 4
  for (;;) {
    let code = read(width)
    if (code === undefined) return undefined
    if (code === 2) return parts.join('')
    if (code === 0 || code === 1) {
      const character = literal(read, code)
      if (character === undefined) return undefined
      dictionary.push(character)
      code = dictionary.length - 1
      room--
    }
    if (room === 0) {
      room = 2 ** width
      width++
    }
    const entry = dictionary[code] ?? (code === dictionary.length ? previous + previous.charAt(0) : undefined)
    if (entry === undefined) return undefined
    parts.push(entry)
    length += entry.length
    if (length > limit) throw tooLong(limit)
    dictionary.push(previous + entry.charAt(0))
    previous = entry
    room--
    if (room === 0) {
      room = 2 ** width
      width++
    }
  }
}

const tooLong = (limit: number) => refused(413, `request holds more than ${limit} bytes`)

type ReadBits = (count: number) => number | undefined

function literal(read: ReadBits, code: number | undefined): string | undefined {
  if (code === 2) return ''
  const value = code === 0 ? read(8) : code === 1 ? read(16) : undefined
  return value === undefined ? undefined : String.fromCharCode(value)
}

/** Numbers are sent with their lowest bit first, each character with its highest bit first. */
function bitReader(input: string): ReadBits {
  let index = 0
  let mask = 0
  let current = 0
  return (count) => {
    let number = 0
    for (let bit = 0; bit < count; bit++) {
      if (mask === 0) {
        if (index >= input.length) return undefined
        current = ALPHABET.indexOf(input.charAt(index++))
        if (current < 0) return undefined
        mask = 1 << (BITS - 1)
      }
      if (current & mask) number += 2 ** bit
      mask >>= 1
    }
    return number
  }
}
