/** What links open besides pages: numbers, small pictures, and errors in the form that was asked for (docs/embedding.md). */
import { createHash } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { recordKey } from '../../lib/records/record.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
})

let unlike = 0
const share = async (name: string, source: object = {}) => (await shareInsight(name, source)).link
/** An insight that nobody has computed: its path, that of its link, and a change of the link. */
async function shareInsight(name: string, source: object = {}) {
  const query = {
    kind: 'TrendsQuery',
    ...counts('paid', { custom_name: `unlike ${unlike++}` }),
    ...THREE_DAYS,
    ...source,
  }
  const made = await server.call('POST', `${project.path}insights/`, { name, query })
  const path = `${project.path}insights/${made.body.id}/`
  const set = (settings: object) => server.call('PATCH', `${path}sharing/`, settings)
  const { access_token: token } = (await set({ enabled: true })).body
  return { id: made.body.id as number, path, token: token as string, link: `/shared/${token}`, set }
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

test('what an insight is made of is shown only by a link that says so', async () => {
  const { link, path, token, set } = await shareInsight('query')
  const read = async () => [
    JSON.parse((await open(`${link}.json?refresh=blocking`)).text).insight,
    JSON.parse((await open(`${path}?sharing_access_token=${token}`)).text),
  ]
  for (const insight of await read())
    expect(insight).toMatchObject({ query: null, filters: {}, hogql: null, result: [{ count: 2 }] })
  const etag = (await open(`${link}.json`)).headers.get('etag')
  expect((await set({ show_query: true })).body).toMatchObject({ enabled: true, show_query: true })
  for (const insight of await read())
    expect(insight).toMatchObject({ query: { kind: 'TrendsQuery' }, hogql: /select/i })
  expect((await open(`${link}.json`)).headers.get('etag')).not.toBe(etag)
  expect((await open(`${link}.csv`)).text).toContain('series')
})

test('a link ends when it says, for who holds it too', async () => {
  const { link, path, token, set } = await shareInsight('end')
  await open(`${link}.txt`)
  const end = new Date(Date.now() + server.ahead + 60_000).toISOString()
  expect(Date.parse((await set({ expires_at: end })).body.expires_at)).toBe(Date.parse(end))
  expect((await open(`${link}.txt`)).text).toBe('2\n')
  server.ahead += 57_000
  // nobody may keep it for longer than it lasts; a machine that is busy finds that it has ended
  const kept = (await open(`${link}.txt`)).headers.get('cache-control') ?? ''
  expect(kept).toMatch(/^private, (max-age=[0-3]|no-store)$/)
  server.ahead += 3_100
  for (const end of ['', '.txt', '.json', '.svg']) expect((await open(link + end)).status).toBe(404)
  expect((await open(`${path}?sharing_access_token=${token}`)).status).toBe(403)
  await server.stack.services.redis.del(recordKey.share(token))
  expect((await open(`${link}.txt`)).status).toBe(404)
  await set({ expires_at: null })
  expect((await open(`${link}.txt`)).status).toBe(200)
  expect(await set({ expires_at: 'tomorrow' })).toMatchObject({ status: 400, body: { attr: 'expires_at' } })
})

test('only the origins that a link allows may frame it', async () => {
  const { link, set } = await shareInsight('framed')
  const ancestors = async (end: string) =>
    /frame-ancestors (.*)$/.exec((await open(`${link}${end}`)).headers.get('content-security-policy') ?? '')?.[1]
  expect(await ancestors('')).toBe('*')
  const origins = ['https://app.example.com', 'https://*.example.org:8443']
  expect((await set({ allowed_ancestors: origins })).body.allowed_ancestors).toEqual(origins)
  for (const end of ['', '.svg', '.svg?kind=badge']) expect(await ancestors(end)).toBe(origins.join(' '))
  await set({ allowed_ancestors: [] })
  expect(await ancestors('')).toBe("'none'")
  await set({ allowed_ancestors: null })
  expect(await ancestors('.svg')).toBe('*')
  for (const wrong of ['https://a.example; script-src *', 'https://a.example/path', 'javascript:alert(1)', '*', ''])
    expect((await set({ allowed_ancestors: [wrong] })).status, wrong).toBe(400)
})

test('filters of a link hold under everything it shows, and only keys see them', async () => {
  const { link, path, token, set } = await shareInsight('one customer', counts('used'))
  await project.send(
    ['acme', 'acme', 'umbrella'].map((tenant, index) =>
      event('used', `person ${index}`, `2020-01-0${index + 1}T12:00:00Z`, { properties: { tenant } }),
    ),
  )
  expect((await open(`${link}.txt`)).text).toBe('3\n')
  const filters = [{ type: 'event', key: 'tenant', operator: 'exact', value: ['acme'] }]
  expect((await set({ filters, show_query: true })).body).toMatchObject({ filters, show_query: true })
  expect((await open(`${link}.txt`)).text).toBe('2\n')
  const answers = await Promise.all(
    [link, `${link}.json`, `${link}.csv`, `${link}.svg`, `${path}?sharing_access_token=${token}`].map((at) => open(at)),
  )
  for (const { status, text } of answers) {
    expect(status).toBe(200)
    expect(text).not.toMatch(/acme|tenant/)
  }
  expect(JSON.parse(answers[1]?.text ?? '').insight.result[0].data).toEqual([1, 1, 0])
  expect((await server.call('GET', `${path}?refresh=blocking`)).body.result[0].count).toBe(3)
  expect((await server.call('GET', `${path}sharing/`)).body.filters).toEqual(filters)
  const log = await server.call('GET', `${path}activity/`)
  expect(JSON.stringify(log.body)).not.toMatch(/acme/)
  await set({ filters: null })
  expect((await open(`${link}.txt`)).text).toBe('3\n')
  for (const wrong of [
    [{ type: 'event', key: 'tenant' }],
    [{ key: 'tenant', value: 'a' }],
    {},
    [{ type: 'hogql', key: '1 = 1' }],
  ])
    expect((await set({ filters: wrong })).status, JSON.stringify(wrong)).toBe(400)
})

test('two changes of a link at once both count', async () => {
  const { path, set } = await shareInsight('at once')
  await Promise.all([set({ show_query: true }), set({ allowed_ancestors: ['https://a.example'] })])
  const known = (await server.call('GET', `${path}sharing/`)).body
  expect(known).toMatchObject({ enabled: true, show_query: true, allowed_ancestors: ['https://a.example'] })
})

test('who has a key is told why viewers see nothing', async () => {
  const empty = await server.call('POST', `${project.path}insights/`, { name: 'without a query' })
  expect((await server.call('GET', `${project.path}insights/${empty.body.id}/sharing/`)).body.problem).toBe(
    'The insight has no query.',
  )
  const { link, path } = await shareInsight('a map', { kind: 'CalendarHeatmapQuery', series: [] })
  expect((await server.call('GET', `${path}sharing/`)).body.problem).toContain('CalendarHeatmapQuery')
  const page = await open(link)
  expect(page.text).toContain('Not available')
  expect(page.text).not.toContain('Heatmap')
})
