import { toHex } from '../../core/hex.ts'

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/** A UUID, with or without dashes -> lower case with dashes; undefined if the text is not a UUID. */
export function parseUuid(text: string): string | undefined {
  if (!UUID.test(text)) return undefined
  const hex = text.replaceAll('-', '').toLowerCase()
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A new UUIDv7 of this instant. */
export function uuidv7(now: Date): string {
  const random = toHex(crypto.getRandomValues(new Uint8Array(10)))
  const time = now.getTime().toString(16).padStart(12, '0')
  const variant = (0x8 | (Number.parseInt(random.charAt(3), 16) & 0x3)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`
}
