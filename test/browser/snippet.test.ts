import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TOKEN } from '../../local/credentials.ts'
import { type LocalServer, serveLocal } from '../../local/http.ts'
import { type Deployment, startDeployment } from '../support/deployment.ts'

/** Chromium without a screen counts as a robot; events are sent at once. */
const ALWAYS = { opt_out_useragent_filter: true, request_batching: false }

let deployment: Deployment
let site: LocalServer
let browser: Browser
/** What the site answers. */
let html = ''

beforeAll(async () => {
  deployment = await startDeployment()
  // another origin than the worker's, as in real life
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

/**
 * A page as PostHog says to make it: a stub keeps what is called until the library, which it loads from `api_host`,
 * takes it over.
 */
const pageWithSnippet = (script: string, options: object) => `<!doctype html><title>Shop</title>
<link rel="icon" href="data:,"><script>
(function (stub) {
  window.posthog = stub
  stub._i = []
  stub.init = function (token, config) {
    var script = document.createElement('script')
    script.crossOrigin = 'anonymous'
    script.async = true
    script.src = config.api_host + ${JSON.stringify(script)}
    var first = document.getElementsByTagName('script')[0]
    first.parentNode.insertBefore(script, first)
    ;['capture', 'identify'].forEach(function (name) {
      stub[name] = function () { stub.push([name].concat([].slice.call(arguments))) }
    })
    stub._i.push([token, config, 'posthog'])
  }
  stub.__SV = 1
})([])
posthog.init('${TOKEN}', ${JSON.stringify({ api_host: deployment.url, ...ALWAYS, ...options })})
posthog.capture('came', { amount: 12 })
</script><button id="buy">Buy</button>`

/** The page under a path of its own, and everything that went wrong on it. */
async function openPage(path: string, script: string, options: object): Promise<{ page: Page; problems: string[] }> {
  html = pageWithSnippet(script, options)
  const page = await (await browser.newContext()).newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`)
  })
  await page.goto(site.url + path)
  return { page, problems }
}

async function expectCount(count: number, event: string, path: string, more: object = {}) {
  const properties = [{ type: 'event', key: '$pathname', value: [path], operator: 'exact' }]
  const query = { dateRange: { date_from: '-1d' }, interval: 'day', properties }
  const total = async () => (await deployment.count({ event, ...more }, query)).reduce((sum, count) => sum + count, 0)
  await expect.poll(total, { timeout: 15_000 }).toBe(count)
}

test.each([
  ['/plain', '/static/array.js'],
  ['/old-browsers', '/static/array.full.es5.js'],
  ['/of-the-project', `/array/${TOKEN}/array.js`],
])('every event of a page with the HTML snippet was lost: %s', async (path, script) => {
  const { page, problems } = await openPage(path, script, { autocapture: true })
  // captured before the library was there
  await expectCount(12, 'came', path, { math: 'sum', math_property: 'amount' })
  await expectCount(1, '$pageview', path)
  await page.click('#buy')
  await expectCount(1, '$autocapture', path)
  expect(problems).toEqual([])
  await page.context().close()
})

test('what the library of a snippet loads later is there', async () => {
  const { page, problems } = await openPage('/later', '/static/array.js', {
    capture_exceptions: true,
    capture_dead_clicks: true,
    capture_performance: { web_vitals: true },
  })
  await expectCount(1, 'came', '/later')
  await page.waitForFunction(() => {
    const { __PosthogExtensions__: loaded } = window as unknown as { __PosthogExtensions__: Record<string, unknown> }
    return loaded.initDeadClicksAutocapture && loaded.postHogWebVitalsCallbacks && loaded.errorWrappingFunctions
  })
  await page.evaluate(() => setTimeout(() => Promise.reject(new Error('no stock')), 0))
  await expectCount(1, '$exception', '/later')
  expect(problems.filter((problem) => !problem.includes('no stock'))).toEqual([])
  await page.context().close()
})
