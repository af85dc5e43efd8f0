import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KEY, TOKEN } from '../../local/credentials.ts'
import { type LocalServer, serveLocal } from '../../local/http.ts'
import { type Deployment, startDeployment } from '../support/deployment.ts'

/** Where the screenshots are kept, for people to look at. */
const SHOTS = join(tmpdir(), 'edgehog-shared-pages')
const NAME = '</script><img src=x onerror="window.hacked = 1">'

let deployment: Deployment
let browser: Browser
let frame: LocalServer

beforeAll(async () => {
  deployment = await startDeployment()
  await mkdir(SHOTS, { recursive: true })
  const executablePath = process.env.CHROMIUM ?? ''
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  frame = await serveLocal('the other site', 0, (request, _body, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    const address = new URL(request.url ?? '', 'http://site').searchParams.get('of')
    response.end(
      `<!doctype html><link rel="icon" href="data:,"><iframe src="${address}" width="600" height="420"></iframe>`,
    )
  })
  await send()
})
afterAll(async () => {
  await browser?.close()
  await frame?.close()
  await deployment?.close()
})

async function call(method: string, path: string, body: object) {
  const response = await fetch(deployment.url + path, {
    method,
    headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.ok, path).toBe(true)
  return response.json() as Promise<{ id: number; access_token: string }>
}

/** Two weeks of people who look, and some of whom buy. */
async function send() {
  const batch = []
  for (let day = 1; day <= 14; day++)
    for (let person = 0; person < 20 + ((day * 7) % 11); person++) {
      const timestamp = `2020-01-${String(day).padStart(2, '0')}T1${person % 10}:00:00Z`
      const properties = { browser: ['Chrome', 'Safari', NAME][person % 3] }
      const distinct_id = `person ${day}/${person}`
      batch.push({ event: 'looked', distinct_id, timestamp, properties })
      if (person % 2)
        batch.push({ event: 'bought', distinct_id, timestamp: timestamp.replace(':00:', ':30:'), properties })
    }
  await call('POST', '/batch/', { api_key: TOKEN, batch: [...batch, ...visits()] })
}

const WAY = ['', '/pricing', '/docs?from=pricing', `/${NAME}`, '/signup']

/** Thirty visitors, who come back the less the longer they know the shop, and look at a few of its pages. */
function visits() {
  return Array.from({ length: 30 }, (_, visitor) => visitor).flatMap((visitor) => {
    const first = 1 + (visitor % 9)
    const days = Array.from({ length: 15 - first }, (_, gap) => gap).filter(
      (gap) => (visitor * 5 + gap * 3) % (gap + 1) === 0,
    )
    return days.flatMap((gap) =>
      WAY.filter((_, page) => (visitor + gap + page) % 3 !== 0).map((path, page) => ({
        event: '$pageview',
        distinct_id: `visitor ${visitor}`,
        timestamp: new Date(Date.UTC(2020, 0, first + gap, 9, page)).toISOString(),
        properties: { browser: ['Chrome', 'Safari', NAME][visitor % 3], $current_url: `https://shop.example${path}` },
      })),
    )
  })
}

const dateRange = { date_from: '2020-01-08', date_to: '2020-01-14' }
const looked = { kind: 'EventsNode', event: 'looked' }
const bought = { kind: 'EventsNode', event: 'bought' }
const trend = (display: string, more: object = {}) => ({
  kind: 'TrendsQuery',
  series: [looked],
  dateRange,
  interval: 'day',
  trendsFilter: { display },
  ...more,
})
const byBrowser = { breakdownFilter: { breakdown: 'browser', breakdown_type: 'event' } }
const compared = { compareFilter: { compare: true } }
const funnel = (funnelVizType: string, more: object = {}) => ({
  kind: 'FunnelsQuery',
  series: [looked, bought],
  dateRange,
  funnelsFilter: { funnelVizType },
  ...more,
})

const retention = (more: object = {}) => ({
  kind: 'RetentionQuery',
  dateRange,
  retentionFilter: { totalIntervals: 7 },
  ...more,
})
const visited = { kind: 'EventsNode', event: '$pageview' }

/** SQL, as a chart. */
const sql = (display: string, ...keys: readonly string[]) => ({
  kind: 'DataVisualizationNode',
  source: { kind: 'HogQLQuery', query: textOf(keys), filters: { dateRange } },
  display,
})
function textOf(keys: readonly string[]): string {
  const names = keys.map((key) => key.replace(/^.* as /, '')).join(', ')
  const columns = [...keys, 'count() as times'].join(', ')
  const grouped = names === '' ? '' : ` group by ${names} order by ${names}`
  return `select ${columns} from events where event = 'looked' and {filters}${grouped}`
}
const BROWSER = 'properties.browser as browser'
const DAY = 'toDate(timestamp) as day'

/** The path of a link to a new insight. */
async function share(source: object, name: string = 'People who looked'): Promise<string> {
  const query = 'source' in source ? source : { kind: 'InsightVizNode', source }
  const description = 'Everyone who came to the shop in the second week of January.'
  const { id } = await call('POST', '/api/projects/1/insights/', { name, description, query })
  const { access_token } = await call('PATCH', `/api/projects/1/insights/${id}/sharing`, { enabled: true })
  return `/shared/${access_token}`
}

/** A page, everything it complained about, and every address that it asked for. */
async function open(address: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...options })
  const page = await context.newPage()
  const problems: string[] = []
  const requests: string[] = []
  page.on('console', (message) => problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('request', (request) => requests.push(request.url()))
  const response = await page.goto(address.startsWith('http') ? address : deployment.url + address)
  return { page, problems, requests, status: response?.status(), headers: response?.headers() ?? {} }
}

const cellTexts = (page: Page) => page.locator('.numbers td').allTextContents()
const isWider = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)

const KINDS: readonly (readonly [string, object])[] = [
  ['line', trend('ActionsLineGraph', byBrowser)],
  ['line compared', trend('ActionsLineGraph', compared)],
  ['area', trend('ActionsAreaGraph', byBrowser)],
  ['bars', trend('ActionsBar', byBrowser)],
  ['bars side by side', trend('ActionsUnstackedBar', byBrowser)],
  ['bar values', trend('ActionsBarValue', byBrowser)],
  ['pie', trend('ActionsPie', byBrowser)],
  ['number', trend('BoldNumber', compared)],
  ['table', trend('ActionsTable', byBrowser)],
  ['funnel', funnel('steps')],
  ['funnel by browser', funnel('steps', byBrowser)],
  ['funnel trends', funnel('trends', { interval: 'day' })],
  ['time to convert', funnel('time_to_convert')],
  ['retention', retention()],
  ['retention by browser', retention(byBrowser)],
  ['lifecycle', { kind: 'LifecycleQuery', series: [visited], dateRange }],
  ['stickiness', { kind: 'StickinessQuery', series: [visited, looked], dateRange, ...compared }],
  ['sql line', sql('ActionsLineGraph', DAY)],
  ['sql area', { ...sql('ActionsAreaGraph', DAY, BROWSER), chartSettings: { seriesBreakdownColumn: 'browser' } }],
  ['sql bars', sql('ActionsBar', BROWSER)],
  ['sql pie', sql('ActionsPie', BROWSER)],
  ['sql number', sql('BoldNumber')],
  ['sql table', sql('ActionsTable', DAY, BROWSER)],
  ['paths', { kind: 'PathsQuery', pathsFilter: { includeEventTypes: ['$pageview'] }, dateRange }],
]

test.each(KINDS)('%s: in light, in dark and on a phone, without a complaint', async (name, source) => {
  const link = `${await share(source)}?refresh=blocking`
  const looks = [
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['phone', { viewport: { width: 375, height: 720 }, hasTouch: true, isMobile: true }],
  ] as const
  for (const [look, options] of looks) {
    const { page, problems, requests, status } = await open(link, options)
    expect(status).toBe(200)
    await page.screenshot({ path: join(SHOTS, `${name} ${look}.png`), fullPage: true })
    const chart = page.locator('svg.chart:visible')
    // the table of retention is its picture, with curves under it
    const isTable = name.endsWith('table')
    const hasTable = isTable || name.startsWith('retention')
    expect(await chart.count()).toBe(isTable ? 0 : 1)
    expect(await page.locator('.numbers').isVisible()).toBe(hasTable)
    expect(await isWider(page)).toBe(false)
    if (name.startsWith('retention')) {
      expect(await page.locator('.shaded td[class^=h]').count()).toBeGreaterThan(6)
      await chart.hover({ position: { x: 60, y: 30 } })
      expect(await page.locator('.tip').textContent()).toContain('Day 0')
    } else if (!hasTable) {
      if (name === 'paths') await chart.locator('rect').first().hover()
      else await chart.hover({ position: { x: 60, y: 30 } })
      expect(await page.locator('.tip').isVisible()).toBe(!name.endsWith('number'))
      await page.click('.toggle')
      expect(await page.locator('.numbers').isVisible()).toBe(true)
      expect(await isWider(page)).toBe(false)
    }
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
    expect(problems).toEqual([])
    expect(requests).toEqual([deployment.url + link])
    await page.context().close()
  }
  const picture = await open(link.replace('?', '.svg?'))
  expect(picture.headers['content-type']).toBe('image/svg+xml; charset=utf-8')
  await picture.page.screenshot({ path: join(SHOTS, `${name} picture.png`) })
  expect(await picture.page.evaluate(() => document.documentElement.nodeName)).toBe('svg')
  expect(picture.problems).toEqual([])
  await picture.page.context().close()
})

test('with JavaScript off the chart and the numbers as a table are there', async () => {
  const link = `${await share(trend('ActionsLineGraph'), NAME)}?refresh=blocking`
  const { page, problems } = await open(link, { javaScriptEnabled: false })
  expect(await page.locator('svg.chart:visible').count()).toBe(1)
  expect(await page.locator('h1').textContent()).toBe(NAME)
  expect(await page.locator('.numbers').isVisible()).toBe(true)
  expect(await cellTexts(page)).toEqual(['21', '28', '24', '20', '27', '23', '30'])
  expect(await page.locator('.toggle').isVisible()).toBe(false)
  await page.screenshot({ path: join(SHOTS, 'without script.png'), fullPage: true })
  expect(problems).toEqual([])
  await page.context().close()
})

test('the tip shows the bucket under the pointer, and the policy lets nothing else run', async () => {
  const { page, problems, headers } = await open(`${await share(trend('ActionsBar'))}?refresh=blocking`)
  const chart = page.locator('svg.chart:visible')
  const { width = 0, height = 0 } = (await chart.boundingBox()) ?? {}
  await chart.hover({ position: { x: width - 80, y: height / 2 } })
  expect(await page.locator('.tip').textContent()).toBe('Tue, Jan 14, 2020looked30')
  await page.screenshot({ path: join(SHOTS, 'tip.png') })
  expect(problems).toEqual([])
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+';/,
  )
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.hacked = 1'
    document.body.append(script)
  })
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
  await page.context().close()
})

test('another site may frame it, in a page without a title of its own', async () => {
  const link = (await share(trend('ActionsLineGraph', byBrowser))).replace('shared', 'embedded')
  const { page, problems } = await open(
    `${frame.url}/?of=${encodeURIComponent(`${deployment.url + link}?refresh=blocking`)}`,
  )
  const inner = page.frameLocator('iframe')
  await inner.locator('svg.chart:visible').waitFor()
  expect(await inner.locator('.toggle').count()).toBe(0)
  await page.screenshot({ path: join(SHOTS, 'embedded.png') })
  expect(problems).toEqual([])
  await page.context().close()
})

test('a result that is not there yet comes by itself, with and without the script', async () => {
  for (const javaScriptEnabled of [true, false]) {
    const link = await share(
      trend('ActionsLineGraph', { series: [looked, { ...bought, custom_name: `Bought ${javaScriptEnabled}` }] }),
    )
    deployment.stack.qstash.pause()
    const { page, problems } = await open(link, { javaScriptEnabled })
    expect(await page.locator('.message').textContent()).toContain('being computed')
    await page.screenshot({ path: join(SHOTS, 'waiting.png') })
    deployment.stack.qstash.resume()
    await page.locator('svg.chart:visible').waitFor({ timeout: 20_000 })
    expect(problems).toEqual([])
    await page.context().close()
  }
})

test('a link that opens nothing says so', async () => {
  const { page, status } = await open(`/shared/${'x'.repeat(30)}`)
  expect(status).toBe(404)
  expect(await page.locator('h1').textContent()).toBe('Nothing here')
  await page.screenshot({ path: join(SHOTS, 'nothing.png') })
  await page.context().close()
})
