/** What links open besides pages: numbers, small pictures, and errors in the form that was asked for (docs/embedding.md). */
import { createHash } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
})

let unlike = 0
async function share(name: string, source: object = {}): Promise<string> {
  const query = {
    kind: 'TrendsQuery',
    ...counts('paid', { custom_name: `unlike ${unlike++}` }),
    ...THREE_DAYS,
    ...source,
  }
  const made = await server.call('POST', `${project.path}insights/`, { name, query })
  const link = await server.call('PATCH', `${project.path}insights/${made.body.id}/sharing`, { enabled: true })
  return `/shared/${link.body.access_token}`
}
async function open(path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(server.url + path, { headers })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

test('.txt is the one number, computed for whoever asks first and cached after', async () => {
  const link = await share('sales')
  const first = await open(`${link}.txt`)
  expect([first.status, first.text, first.headers.get('content-type')]).toEqual([
    200,
    '2\n',
    'text/plain; charset=utf-8',
  ])
  expect((await open(`${link.replace('shared', 'embedded')}.txt?of=last`)).text).toBe('1\n')
  await server.settled()
  server.ahead += 5_000
  expect(await server.counted(() => open(`${link}.txt`))).toEqual({ redis: 1, postgres: 0, qstash: 0 })
  const etag = first.headers.get('etag') ?? ''
  expect((await open(`${link}.txt`, { 'If-None-Match': etag })).status).toBe(304)
  expect((await open(`${link}.txt?of=last`, { 'If-None-Match': etag })).status).toBe(200)
})

test('what has several numbers says so, and the wrong parameter is named', async () => {
  const link = await share('two', { series: [...counts('paid').series, ...counts('seen').series] })
  const several = await open(`${link}.txt`)
  expect([several.status, several.text]).toEqual([
    400,
    'There are 2 numbers here: choose one by series=1 to series=2, such as series=1 for "paid".\n',
  ])
  expect((await open(`${link}.txt?series=1`)).text).toBe('2\n')
  for (const wrong of [
    'series=0',
    'series=x',
    'of=first',
    'theme=pink',
    'kind=map',
    'width=1e9',
    'height=-1',
    'series=1001',
  ])
    expect((await open(`${link}.json?${wrong}`)).status, wrong).toBe(400)
  const picture = await open(`${link}.svg?kind=badge`)
  expect([picture.status, picture.headers.get('content-type')]).toEqual([400, 'image/svg+xml; charset=utf-8'])
  expect(picture.text).toContain('There are 2 numbers here')
})

test('badges and sparklines, in their themes, with a policy that names their style alone', async () => {
  const link = await share('Sales <now>')
  const seen = new Set<string>()
  for (const look of [
    'kind=badge',
    'kind=badge&theme=dark',
    'kind=spark',
    'kind=spark&theme=light&width=300',
    'theme=dark',
    '',
  ]) {
    const { status, text, headers } = await open(`${link}.svg?refresh=blocking&${look}`)
    expect(status, look).toBe(200)
    expect(headers.get('cache-control')).toBe('private, max-age=5')
    const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'; img-src`)
    expect(style.includes('prefers-color-scheme')).toBe(!look.includes('theme'))
    expect(text).toContain('Sales &lt;now&gt;')
    seen.add(headers.get('etag') ?? '')
  }
  expect(seen.size).toBe(6)
  expect((await open(`${link}.svg?kind=badge`)).text).toContain('>2</text>')
  const page = await open(`${link}?theme=dark`)
  expect(page.text).toContain('color-scheme:only dark')
})

test('errors have the form that was asked for', async () => {
  const nothing = `/shared/${'x'.repeat(30)}`
  const TYPES = {
    '': 'text/html',
    '.json': 'application/json',
    '.csv': 'text/csv',
    '.svg': 'image/svg+xml',
    '.txt': 'text/plain',
  }
  for (const [end, type] of Object.entries(TYPES)) {
    const { status, headers } = await open(nothing + end)
    expect([status, headers.get('content-type')?.split(';')[0]], end).toEqual([404, type])
    expect(headers.get('cache-control')).toBe('private, no-store')
  }
  expect(JSON.parse((await open(`${nothing}.json`)).text)).toMatchObject({ code: 'not_found' })
  const link = await share('away')
  server.stack.redis.down()
  const away = await open(`${link}.txt`)
  server.stack.redis.up()
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5'])
})
