/** The first page: what it shows anybody, and whoever has a key; its snippet is that of another site's page. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KEY, TOKEN } from '../../local/credentials.ts'
import { type LocalServer, serveLocal } from '../../local/http.ts'
import { type Deployment, startDeployment } from '../support/deployment.ts'

let deployment: Deployment
let site: LocalServer
let browser: Browser
/** What the site answers. */
let html = ''

beforeAll(async () => {
  deployment = await startDeployment()
  site = await serveLocal('the page', 0, (_request, _body, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(html)
  })
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '', args: ['--no-sandbox'] })
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
  await deployment?.close()
})

/** The page, and everything that went wrong on it. */
async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage(options)
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(deployment.url)) problems.push(request.url())
  })
  await page.goto(deployment.url)
  return { page, problems }
}

const paste = async (page: Page, key: string) => {
  await page.locator('#key').fill(key)
  await page.locator('#ask button').first().click()
}

test('a key shows what is behind the worker and its insights, and stays in the tab', async () => {
  const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' }
  const query = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'paid' }] }
  const body = JSON.stringify({ name: 'What was <paid>', query: { kind: 'InsightVizNode', source: query } })
  await fetch(`${deployment.url}/api/projects/1/insights/`, { method: 'POST', headers, body })
  const { page, problems } = await open({ colorScheme: 'dark' })
  expect(await page.locator('#capture').textContent()).toContain(`curl -X POST ${deployment.url}/i/v0/e/`)
  await paste(page, KEY)
  await page.locator('#insights img').waitFor()
  expect(await page.locator('#checks li').allTextContents()).toHaveLength(6)
  expect(await page.locator('#checks li.ok').count()).toBe(6)
  expect(await page.locator('#capture').textContent()).toContain(TOKEN)
  expect(await page.locator('figcaption').allTextContents()).toEqual(['What was <paid>'])
  const drawn = () => page.locator('#insights img').evaluate((image) => (image as HTMLImageElement).naturalWidth)
  await expect.poll(drawn).toBeGreaterThan(300)
  await page.reload()
  await page.locator('#insights img').waitFor()
  const kept = await page.evaluate(() => [JSON.stringify(localStorage), document.cookie, location.href])
  expect(kept.join()).not.toContain(KEY)
  await page.locator('#forget').click()
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  expect(await page.locator('#insights figure').count()).toBe(0)
  expect(problems).toEqual([])
  await page.close()
})

test('a key that is wrong is told, on a phone without sideways scrolling', async () => {
  const { page, problems } = await open({ viewport: { width: 360, height: 740 } })
  await paste(page, 'phx_nobody_has_this_key_of_all')
  await expect.poll(() => page.locator('#refusal').textContent()).toContain('invalid')
  const wider = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  expect(wider).toBe(false)
  expect(problems.filter((text) => !text.includes('401'))).toEqual([])
  await page.close()
})

test('without JavaScript everything but the key is there', async () => {
  const { page } = await open({ javaScriptEnabled: false })
  expect(await page.locator('#ask').isVisible()).toBe(false)
  expect(await page.locator('#snippet').textContent()).toContain(`api_host: '${deployment.url}'`)
  await page.close()
})

test('the snippet of the page sends events from another site', async () => {
  const { page } = await open()
  await paste(page, KEY)
  await expect.poll(() => page.locator('#snippet').textContent()).toContain(TOKEN)
  const snippet = (await page.locator('#snippet').textContent()) ?? ''
  // Chromium without a screen counts as a robot
  html = `<!doctype html><head>${snippet.replace('{ api_host', '{ opt_out_useragent_filter: true, api_host')}</head>
    <script>posthog.capture('came by the snippet')</script>`
  await page.goto(site.url)
  const came = () => deployment.count({ event: 'came by the snippet' }, { dateRange: { date_from: '-1d' } })
  await expect.poll(async () => (await came()).at(-1), { timeout: 15_000, interval: 500 }).toBe(1)
  await page.close()
})
