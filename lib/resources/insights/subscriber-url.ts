/** Checks the URLs of subscribers. Pure. */
import { invalid } from '../../core/errors.ts'

const MAX_LENGTH = 2_000
const LOCAL_NAMES = /^(localhost|[^.]+)$|\.(localhost|localdomain|local|internal|intranet|lan|home|arpa)$/

/**
 * Returns the URL unchanged. Throws 400 `url` if it is not https, has credentials, or leads to Edgehog or to a private
 * address. `publicUrl` is the URL of Edgehog; if that is local, http and private addresses are allowed.
 */
export function checkSubscriberUrl(text: string, publicUrl: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const own = new URL(publicUrl)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || text.length > MAX_LENGTH)
    throw invalid('url', 'Enter a valid http or https URL.')
  if (url.protocol === 'http:' && own.protocol !== 'http:') throw invalid('url', 'The URL must be https.')
  if (url.username || url.password) throw invalid('url', 'The URL may not hold credentials.')
  // an event that calls a refresh hook would cause the next event, without end
  if (isSame(url, own)) throw invalid('url', 'The URL may not lead to Edgehog itself.')
  if (isPrivate(url.hostname) && !isPrivate(own.hostname))
    throw invalid('url', 'The URL may not lead to a private or local address.')
  return text
}

/**
 * Whether a URL leads to the host of Edgehog, on any port; on a private host, where other servers run, only on its
 * port.
 */
function isSame(url: URL, own: URL): boolean {
  if (withoutDot(url.hostname) !== withoutDot(own.hostname)) return false
  return !isPrivate(own.hostname) || url.port === own.port
}

/** Whether a host is private or local. `hostname` is as `URL` writes it: IPv4 in decimals, IPv6 in brackets. */
export function isPrivate(hostname: string): boolean {
  const host = withoutDot(hostname)
  if (host.startsWith('[')) return isPrivateV6(readV6(host.slice(1, -1)))
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(host)) return LOCAL_NAMES.test(host)
  return isPrivateV4(host.split('.').map(Number))
}

const withoutDot = (hostname: string) => hostname.replace(/\.+$/, '')

/** Private, local, reserved and documentation addresses, and those of cloud metadata (168.63.129.16 and 169.254.*). */
function isPrivateV4([a = 0, b = 0, c = 0, d = 0]: readonly number[]): boolean {
  return (
    [0, 10, 127].includes(a) ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 168 && b === 63 && c === 129 && d === 16) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && (b === 168 || b === 0)) ||
    (a === 192 && b === 88 && c === 99) ||
    (a === 198 && (b === 18 || b === 19)) ||
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113)
  )
}

/** All addresses outside 2000::/3, and in it the tunnels (Teredo, 6to4), special purposes and documentation. */
function isPrivateV6([a = 0, b = 0]: readonly number[]): boolean {
  const isRouted = a >= 0x2000 && a < 0x4000
  const isSpecial = a === 0x2001 && (b < 0x200 || b === 0xdb8)
  return !isRouted || isSpecial || a === 0x2002 || (a === 0x3fff && b < 0x1000)
}

/** The eight groups of an IPv6 address. */
function readV6(text: string): number[] {
  const [head = '', tail] = text.split('::')
  const groups = (part = '') => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  if (tail === undefined) return groups(head)
  const [first, last] = [groups(head), groups(tail)]
  return [...first, ...Array<number>(Math.max(0, 8 - first.length - last.length)).fill(0), ...last]
}
