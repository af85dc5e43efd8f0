// The backend of a product that shows its customers their own numbers: plain Node, no packages. README.md has how to run it.
import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'

const { EDGEHOG = 'http://127.0.0.1:8787', INSIGHT, SECRET_ID, SECRET, PORT = '3000' } = process.env
const project = Number(SECRET_ID.split('_')[1])

// who is signed in: yours has sessions
const TENANTS = { alice: 'acme', bob: 'umbrella' }

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What one customer may see, for five minutes: one insight, and of it the customer's own events alone. */
function viewerToken(user) {
  const header = { alg: 'HS256', typ: 'JWT', kid: SECRET_ID }
  const claims = {
    sub: user,
    exp: Math.floor(Date.now() / 1_000) + 300,
    insights: [INSIGHT],
    filters: [{ type: 'event', key: 'tenant', value: TENANTS[user] }],
  }
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`
}

createServer(async ({ url }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://local')
  const user = searchParams.get('user')
  if (!Object.hasOwn(TENANTS, user ?? ''))
    return response.writeHead(403).end('Who are you? Try /?user=alice or /?user=bob\n')
  if (pathname === '/token') return response.end(viewerToken(user))
  const page = await readFile(new URL('page.html', import.meta.url), 'utf8')
  const src = `${EDGEHOG}/api/projects/${project}/insights/${INSIGHT}`
  response.setHeader('Content-Type', 'text/html; charset=utf-8')
  response.end(page.replaceAll('{{edgehog}}', EDGEHOG).replaceAll('{{src}}', src).replaceAll('{{user}}', user))
}).listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}/?user=alice`))
