/** The component in pages of other sites, shared dashboards, and the worked example, in a browser. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KEY } from '../../local/credentials.ts'
import { type LocalServer, serveLocal } from '../../local/http.ts'
import { freePort } from '../../local/worker.ts'
import { type Deployment, startDeployment } from '../support/deployment.ts'

const SHOTS = join(tmpdir(), 'edgehog-embedding')
const EXAMPLE = resolve(import.meta.dirname, '../../examples/customer-dashboard')

let deployment: Deployment
let browser: Browser
let site: LocalServer
let example: ChildProcess | undefined
/** What the other site answers with: HTML, and the policy of the page. */
let page = { html: '', policy: '' }
let settings: Record<string, string> = {}

beforeAll(async () => {
  deployment = await startDeployment()
  await mkdir(SHOTS, { recursive: true })
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '', args: ['--no-sandbox'] })
  site = await serveLocal('the other site', 0, (_request, _body, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': page.policy })
    response.end(page.html)
  })
  const printed = await run('prepare.mjs', { EDGEHOG: deployment.url })
  settings = Object.fromEntries(
    printed
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s, 2)),
  )
})
afterAll(async () => {
  example?.kill()
  await browser?.close()
  await site?.close()
  await deployment?.close()
})

/** What a script of the example prints. */
async function run(script: string, env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [join(EXAMPLE, script)], { env: { ...process.env, ...env } })
  let [out, err] = ['', '']
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (err += text))
  const [code] = await once(child, 'close')
  expect(code, err).toBe(0)
  return out
}

async function call(method: string, path: string, body?: object) {
  const response = await fetch(deployment.url + path, {
    method,
    headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  expect(response.ok, path).toBe(true)
  return response.json() as Promise<{ id: number; access_token: string }>
}

const source = (more: object = {}) => ({
  kind: 'TrendsQuery',
  series: [{ kind: 'EventsNode', event: 'order placed' }],
  dateRange: { date_from: '-14d' },
  ...more,
})

async function share(query: object): Promise<{ id: number; link: string }> {
  const { id } = await call('POST', '/api/projects/1/insights/', { name: 'Orders', query })
  const { access_token } = await call('PATCH', `/api/projects/1/insights/${id}/sharing/`, { enabled: true })
  return { id, link: `${deployment.url}/shared/${access_token}` }
}

async function open(address: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 900, height: 700 }, ...options })
  const tab = await context.newPage()
  const problems: string[] = []
  const requests: string[] = []
  tab.on('console', (message) => problems.push(message.text()))
  tab.on('pageerror', (error) => problems.push(String(error)))
  tab.on('request', (request) => requests.push(request.url()))
  await tab.goto(address)
  return { tab, problems, requests }
}

/** A page of another site with the component, under a policy as strict as it can be. */
async function embed(attributes: string, options: BrowserContextOptions = {}) {
  page = {
    html: `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Ours</title><script src="${deployment.url}/embed.js"></script><edgehog-insight ${attributes}></edgehog-insight></html>`,
    policy: `default-src 'none'; img-src data:; script-src ${deployment.url}; connect-src ${deployment.url}`,
  }
  return open(site.url, options)
}

test('the component is small, and any page may load it', async () => {
  expect(readFileSync(resolve(import.meta.dirname, '../../public/embed.js')).length).toBeLessThan(6_000)
  const { headers } = await fetch(`${deployment.url}/embed.js`)
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  expect(headers.get('cache-control')).toContain('max-age=86400')
  const etag = headers.get('etag') ?? ''
  expect((await fetch(`${deployment.url}/embed.js`, { headers: { 'If-None-Match': etag } })).status).toBe(304)
})

test('a link in a page with a strict policy: as wide as its place, in the theme and the colours of the page', async () => {
  const { link } = await share(source())
  const { tab, problems, requests } = await embed(`src="${link}?refresh=blocking" theme="dark" style-free`)
  const svg = tab.locator('edgehog-insight svg')
  await svg.waitFor()
  expect(requests.at(-1)).toContain('.svg?refresh=blocking&theme=dark&width=')
  const paper = () => tab.locator('edgehog-insight .paper').evaluate((element) => getComputedStyle(element).fill)
  expect(await paper()).toBe('rgb(15, 23, 42)')
  const loaded = (change: string) =>
    tab.evaluate((script) => {
      const element = document.querySelector('edgehog-insight') as HTMLElement
      const done = new Promise((resolve) => element.addEventListener('edgehog-load', resolve, { once: true }))
      if (script === 'theme') element.setAttribute('theme', 'light')
      else {
        element.style.setProperty('--edgehog-paper', '#fedcba')
        ;(element as HTMLElement & { refresh(): void }).refresh()
      }
      return done.then(() => true)
    }, change)
  await loaded('theme')
  expect(await paper()).toBe('rgb(255, 255, 255)')
  await loaded('variable')
  expect(await paper()).toBe('rgb(254, 220, 186)')
  await tab.setViewportSize({ width: 400, height: 700 })
  await expect.poll(() => requests.at(-1)).toContain('width=400')
  await expect.poll(async () => (await svg.boundingBox())?.width ?? 0).toBeLessThan(400)
  await tab.screenshot({ path: join(SHOTS, 'component.png') })
  expect(problems).toEqual([])
  await tab.context().close()
})

test('errors can be read, a picture that is there stays, and nothing in a picture runs', async () => {
  const { link } = await share(source({ interval: 'week' }))
  const { tab } = await embed(`src="${link}?refresh=blocking" interval="5"`)
  await tab.locator('edgehog-insight svg').waitFor()
  await tab.route('**/*.svg*', (route) =>
    route.fulfill({ status: 503, body: '', headers: { 'access-control-allow-origin': '*' } }),
  )
  await tab.locator('edgehog-insight p').waitFor()
  expect(await tab.locator('edgehog-insight p').textContent()).toBe('This cannot be shown right now.')
  expect(await tab.locator('edgehog-insight svg').count()).toBe(1)
  await tab.unroute('**/*.svg*')
  const hostile =
    '<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked=1" viewBox="0 0 9 9"><style>@import "//x.example";rect{fill:url(//x.example)}</style><script>window.hacked=1</script><foreignObject><b>x</b></foreignObject><a href="javascript:hacked()"><text>y</text></a><image href="//x.example/a.png"/><rect width="9" height="9" style="x" onclick="hacked()"/></svg>'
  await tab.route('**/*.svg*', (route) =>
    route.fulfill({
      status: 200,
      contentType: 'image/svg+xml',
      body: hostile,
      headers: { 'access-control-allow-origin': '*' },
    }),
  )
  await tab.evaluate(() => (document.querySelector('edgehog-insight') as HTMLElement & { refresh(): void }).refresh())
  const inner = () => tab.locator('edgehog-insight svg').evaluate((svg) => svg.outerHTML)
  await expect.poll(inner).toBe('<svg viewBox="0 0 9 9"><rect width="9" height="9"></rect></svg>')
  expect(await tab.evaluate(() => 'hacked' in window)).toBe(false)
  await tab.context().close()
  const gone = await embed(`src="${deployment.url}/shared/${'x'.repeat(30)}"`)
  await gone.tab.locator('edgehog-insight p').waitFor()
  expect(await gone.tab.locator('edgehog-insight p').textContent()).toBe('There is nothing here any more.')
  await gone.tab.context().close()
})

test('each customer sees the numbers of their own company, and a token that ends is renewed', async () => {
  const port = String(await freePort())
  example = spawn(process.execPath, [join(EXAMPLE, 'server.mjs')], { env: { ...process.env, ...settings, PORT: port } })
  await once(example.stdout as NodeJS.ReadableStream, 'data')
  const seen: Record<string, string> = {}
  for (const [user, mine, theirs] of [
    ['alice', '21', '35'],
    ['bob', '35', '21'],
  ] as const) {
    const { tab, problems, requests } = await open(`http://127.0.0.1:${port}/?user=${user}`)
    await tab.locator('edgehog-insight svg .title').getByText(mine, { exact: true }).waitFor()
    const shown = await tab.locator('edgehog-insight svg').evaluate((svg) => svg.outerHTML)
    // not the whole: the other number may be a part of when it was computed
    expect(await tab.locator('edgehog-insight svg text').allTextContents()).not.toContain(theirs)
    expect(shown).not.toMatch(/acme|umbrella/)
    seen[user] = shown
    await tab.screenshot({ path: join(SHOTS, `${user}.png`) })
    // a token that is refused is renewed, once
    await tab.evaluate(async () => {
      const element = document.querySelector('edgehog-insight') as HTMLElement
      const done = new Promise((resolve) => element.addEventListener('edgehog-load', resolve, { once: true }))
      element.setAttribute('token', 'not.a.token')
      await done
    })
    expect(requests.filter((url) => url.includes('/token'))).toHaveLength(2)
    expect(problems.filter((text) => !text.includes('401'))).toEqual([])
    await tab.context().close()
  }
  expect(seen.alice).not.toBe(seen.bob)
})

test('a shared dashboard: its tiles in light, in dark, on a phone and without the script', async () => {
  const dashboard = await call('POST', '/api/projects/1/dashboards/', { name: 'The shop', description: 'All of it' })
  const displays = ['ActionsLineGraph', 'BoldNumber', 'ActionsTable']
  for (const display of displays)
    await call('POST', '/api/projects/1/insights/', {
      name: display,
      query: { kind: 'InsightVizNode', source: source({ trendsFilter: { display } }) },
      dashboards: [dashboard.id],
    })
  await call('PATCH', `/api/projects/1/dashboards/${dashboard.id}/`, { tiles: [{ text: { body: 'A word' } }] })
  const { access_token } = await call('PATCH', `/api/projects/1/dashboards/${dashboard.id}/sharing/`, { enabled: true })
  const address = `${deployment.url}/shared/${access_token}?refresh=blocking`
  const looks = [
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['phone', { viewport: { width: 375, height: 720 }, isMobile: true }],
    ['without script', { javaScriptEnabled: false }],
  ] as const
  for (const [look, options] of looks) {
    const { tab, problems, requests } = await open(address, options)
    expect(await tab.locator('article').count(), look).toBe(4)
    expect(await tab.locator('article svg.chart:visible').count()).toBe(2)
    expect(await tab.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)).toBe(
      false,
    )
    if (look === 'light') {
      await tab
        .locator('article svg.chart')
        .first()
        .hover({ position: { x: 80, y: 60 } })
      expect(await tab.locator('.tip').textContent()).toContain('order placed')
    }
    await tab.screenshot({ path: join(SHOTS, `dashboard ${look}.png`), fullPage: true })
    expect(problems).toEqual([])
    expect(requests).toEqual([address])
    await tab.context().close()
  }
})
