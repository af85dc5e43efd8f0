import { toBase64 } from './base64.ts'
import { toHex } from './hex.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Random letters and digits. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length)
    // 248 = 4 x 62: every character is equally likely
    for (const byte of crypto.getRandomValues(new Uint8Array(length)))
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62)
  return text
}

/** Random bytes as URL-safe base64: what makes a link secret. */
export const randomToken = (bytes: number): string =>
  toBase64(crypto.getRandomValues(new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** SHA-256 of a text in UTF-8, in lower-case hex. */
export async function sha256(text: string): Promise<string> {
  return toHex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

/** The largest number of Postgres's `int4`, which ids are. */
export const MAX_INT = 2_147_483_647

/** The number that a text from outside stands for; a number has one spelling (`9`, never `09`). Else undefined. */
export const readId = (text: string | undefined): number | undefined =>
  text !== undefined && /^[1-9]\d{0,9}$/.test(text) && Number(text) <= MAX_INT ? Number(text) : undefined

/** A short id that nobody can take for a number. */
export function newShortId(): string {
  let id = randomText(SHORT_ID_LENGTH)
  while (/^\d+$/.test(id)) id = randomText(SHORT_ID_LENGTH)
  return id
}

const SHORT_ID_LENGTH = 8

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
