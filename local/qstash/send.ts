/** One delivery over HTTP. On a server of one's own it starts inside the network: it may not lead there. */
import dns from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { isPrivate } from '../../lib/resources/insights/subscriber-url.ts'

export interface Delivery {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | null
  readonly timeoutMs: number
}

export interface Received {
  readonly status: number
  readonly header: Readonly<Record<string, string[]>>
  readonly body: Buffer
}

export type Send = (url: string, delivery: Delivery) => Promise<Received>

/** What is kept of a receiver's answer. */
const MAX_ANSWER_BYTES = 64 * 1024

/**
 * `publicUrl`: where Edgehog is. A public one is called itself, and what is public: a name is resolved once, and nothing
 * is connected to but what it led to then. A local one may call everything. Redirections are not followed.
 */
export function senderOf(publicUrl: string | undefined, resolve: typeof dns.lookup = dns.lookup): Send {
  const own = publicUrl === undefined ? undefined : new URL(publicUrl)
  return async (address, delivery) => {
    const url = new URL(address)
    const isFree = !own || isPrivate(own.hostname) || url.origin === own.origin
    if (!isFree && isPrivate(url.hostname)) throw new Error(`${url.hostname} is a private address.`)
    return send(url, delivery, isFree ? undefined : publicLookup(resolve))
  }
}

/** Refuses a name when one of its addresses is private. */
const publicLookup =
  (resolve: typeof dns.lookup): LookupFunction =>
  (hostname, options, answer) =>
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      const refused = addresses?.find(({ address, family }) => isPrivate(family === 6 ? `[${address}]` : address))
      if (error || !first || refused)
        return answer(error ?? new Error(`${hostname} leads to a private address.`), '', undefined)
      return options.all ? answer(null, addresses) : answer(null, first.address, first.family)
    })

function send(url: URL, { method, headers, body, timeoutMs }: Delivery, lookup: LookupFunction | undefined) {
  return new Promise<Received>((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http
    const signal = AbortSignal.timeout(timeoutMs)
    const sent = request(url, { method, headers, signal, ...(lookup ? { lookup } : {}) }, (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        if (bytes < MAX_ANSWER_BYTES) chunks.push(chunk)
        bytes += chunk.length
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          header: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, [value ?? []].flat()]),
          ),
          body: Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body ?? undefined)
  })
}
