/** HMAC-SHA-256 over `t.body`: how calls of refresh hooks and events for subscribers are signed. */

import { fromHex, toHex } from './hex.ts'

export const SIGNATURE_HEADER = 'Edgehog-Signature'
/** How far the time of a signature may be from now, in either direction. */
export const TOLERANCE_SECONDS = 300

/** Accepted: the matching signature, in lower case. Refused: what to tell the sender. */
export type Verdict = { readonly accepted: string } | { readonly refused: string }

const encode = (text: string) => new TextEncoder().encode(text)

const importKey = (secret: string, use: 'sign' | 'verify') =>
  crypto.subtle.importKey('raw', encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [use])

/** The header's value for a body that is sent now. */
export async function sign(secret: string, seconds: number, body: string): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', await importKey(secret, 'sign'), encode(`${seconds}.${body}`))
  return `t=${seconds},v1=${toHex(mac)}`
}

/** Judges the header of a request. The comparison takes the same time whatever differs. */
export async function verify(
  secret: string,
  header: string | undefined,
  body: Uint8Array,
  nowSeconds: number,
): Promise<Verdict> {
  if (!header) return { refused: `The header ${SIGNATURE_HEADER} is missing.` }
  const fields = header.split(',').map((field) => field.trim())
  const valuesOf = (name: string) =>
    fields.filter((field) => field.startsWith(`${name}=`)).map((field) => field.slice(name.length + 1))
  const [time = '', ...otherTimes] = valuesOf('t')
  const macs = valuesOf('v1')
  if (
    !/^\d{1,12}$/.test(time) ||
    otherTimes.length > 0 ||
    !macs.every((mac) => /^[0-9a-f]{64}$/i.test(mac)) ||
    !macs[0]
  )
    return { refused: `The header ${SIGNATURE_HEADER} must be t=<unix seconds>,v1=<64 hex digits>.` }
  if (Math.abs(nowSeconds - Number(time)) > TOLERANCE_SECONDS)
    return { refused: `The signature's time is more than ${TOLERANCE_SECONDS} seconds from now.` }
  const key = await importKey(secret, 'verify')
  const prefix = encode(`${time}.`)
  const content = new Uint8Array(prefix.length + body.length)
  content.set(prefix)
  content.set(body, prefix.length)
  for (const mac of macs)
    if (await crypto.subtle.verify('HMAC', key, fromHex(mac), content)) return { accepted: mac.toLowerCase() }
  return { refused: 'The signature is not the one of this body.' }
}
