/** Which addresses may be told of refreshes. Pure. */
import { invalid } from '../core/errors.ts'

const MAX_LENGTH = 2_000
const LOCAL_NAMES = /^(localhost|[^.]+)$|\.(localhost|local|internal|intranet|lan|home|arpa)$/

/** The URL as it was given. Throws 400 `url`. `publicUrl`: where Edgehog is; a local one may call local addresses. */
export function checkSubscriberUrl(text: string, publicUrl: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const own = new URL(publicUrl)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || text.length > MAX_LENGTH)
    throw invalid('url', 'Enter a valid http or https URL.')
  if (url.protocol === 'http:' && own.protocol !== 'http:') throw invalid('url', 'The URL must be https.')
  if (url.username || url.password) throw invalid('url', 'The URL may not hold credentials.')
  // a hook that is called by what it causes would never end
  if (url.origin === own.origin) throw invalid('url', 'The URL may not lead to Edgehog itself.')
  if (isPrivate(url.hostname) && !isPrivate(own.hostname))
    throw invalid('url', 'The URL may not lead to a private or local address.')
  return text
}

/** Of a host as `URL` writes it: numbers of IPv4 are decimal, IPv6 is in brackets. */
function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '')
  if (host.startsWith('[')) return !/^\[[23]/.test(host) || host.startsWith('[2002:')
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(host)) return LOCAL_NAMES.test(host)
  const [a = 0, b = 0] = host.split('.').map(Number)
  return (
    [0, 10, 127].includes(a) ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && (b === 168 || b === 0)) ||
    (a === 198 && (b === 18 || b === 19))
  )
}
