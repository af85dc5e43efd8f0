/** JSON Web Tokens that are signed with HMAC-SHA-256 (RFC 7515, RFC 7519): read and checked. */
import { fromBase64 } from './base64.ts'
import { isDeeperThan, isObject, type Json } from './json.ts'

export interface Jwt {
  readonly header: Json
  readonly claims: Json
  /** What the signature is of. */
  readonly signed: string
  readonly signature: Uint8Array<ArrayBuffer>
}

/** In characters: more than all claims need, and less than a server takes as a header. */
const LONGEST = 8_192
const DEEPEST = 12

/** Whether a text has the form of a token: three parts of URL-safe base64. */
export const looksLikeJwt = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)

/** The parts of a token, unchecked. Refused: what is wrong with it. */
export function readJwt(text: string): Jwt | { readonly refused: string } {
  if (text.length > LONGEST) return { refused: `It has more than ${LONGEST} characters.` }
  const [first = '', second = '', third = ''] = text.split('.')
  const [header, claims, signature] = [readPart(first), readPart(second), readBytes(third)]
  if (!header || !claims || !signature) return { refused: 'It is no JSON Web Token.' }
  if (header.alg !== 'HS256') return { refused: 'Its "alg" must be "HS256".' }
  if (header.crit !== undefined) return { refused: 'Its header has "crit", whose extensions are not known.' }
  return { header, claims, signed: `${first}.${second}`, signature }
}

const readBytes = (part: string) => fromBase64(part.replaceAll('-', '+').replaceAll('_', '/'))

function readPart(part: string): Json | undefined {
  const bytes = readBytes(part)
  if (!bytes) return undefined
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isObject(value) && !isDeeperThan(value, DEEPEST) ? value : undefined
  } catch {
    return undefined
  }
}

const encode = (text: string) => new TextEncoder().encode(text)

/** Whether a token was signed with the secret. The comparison takes the same time whatever differs. */
export async function isSignedWith({ signed, signature }: Jwt, secret: string): Promise<boolean> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encode(secret), algorithm, false, ['verify'])
  return crypto.subtle.verify('HMAC', key, signature, encode(signed))
}
