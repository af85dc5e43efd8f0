import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TOKEN } from '../../local/credentials.ts'
import { type LocalServer, serveLocal } from '../../local/http.ts'
import { type Deployment, startDeployment } from '../support/deployment.ts'

const LIBRARY = createRequire(import.meta.url).resolve('posthog-js/dist/module.full.no-external.js')

const PAGE = `<!doctype html><title>Shop</title><link rel="icon" href="data:,"><button id="buy">Buy</button>
<script type="module">import library from '/library.js'; window.library = library</script>`

let deployment: Deployment
let site: LocalServer
let browser: Browser

beforeAll(async () => {
  deployment = await startDeployment()
  const library = await readFile(LIBRARY)
  // another origin than the worker's, as in real life
  site = await serveLocal('the page', 0, (request, _body, response) => {
    const isScript = request.url === '/library.js'
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
    response.end(isScript ? library : PAGE)
  })
  const executablePath = process.env.CHROMIUM ?? ''
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
  await deployment?.close()
})

interface Library {
  init(token: string, options: object): Library
  capture(event: string, properties?: object): void
  identify(id: string, properties?: object): void
}

/** A page with posthog-js started, and every answer of the worker that was an error. */
async function openPage(options: object): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const problems: string[] = []
  page.on('response', (response) => {
    if (response.status() >= 400 && response.url().startsWith(deployment.url))
      problems.push(`${response.status()} ${response.url()}`)
  })
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  await page.goto(`${site.url}/`)
  await page.evaluate(
    ({ host, token, options }) => {
      const { library } = window as unknown as { library: Library }
      Object.assign(window, {
        posthog: library.init(token, { api_host: host, opt_out_useragent_filter: true, ...options }),
      })
    },
    { host: deployment.url, token: TOKEN, options },
  )
  return { page, problems }
}

const today = { dateRange: { date_from: '-1d' }, interval: 'day' }
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)

async function expectCount(count: number, event: string, more: object = {}, query: object = today) {
  await expect.poll(async () => sum(await deployment.count({ event, ...more }, query)), { timeout: 15_000 }).toBe(count)
}

test('page views, events, clicks and the person of an identified visitor are counted', async () => {
  const { page, problems } = await openPage({ person_profiles: 'always', autocapture: true })
  await page.evaluate(() => {
    const { posthog } = window as unknown as { posthog: Library }
    posthog.capture('added to cart', { amount: 12 })
    posthog.identify('customer-1', { plan: 'team' })
    posthog.capture('bought', { amount: 30 })
  })
  await expectCount(1, '$pageview')
  await expectCount(1, 'added to cart')
  await page.click('#buy')
  await expectCount(1, '$autocapture')
  await expectCount(30, 'bought', { math: 'sum', math_property: 'amount' })
  // what the visitor did before counts for the customer
  const plan = [{ type: 'person', key: 'plan', value: 'team', operator: 'exact' }]
  await expectCount(1, 'added to cart', {}, { ...today, properties: plan })
  expect(problems).toEqual([])
  await page.context().close()
})

test('without compression the browser asks for leave first, and on leaving nothing is lost', async () => {
  const { page, problems } = await openPage({ disable_compression: true })
  await page.evaluate(() => {
    const { posthog } = window as unknown as { posthog: Library }
    posthog.capture('plain')
  })
  await expectCount(1, 'plain')
  await page.evaluate(() => {
    const { posthog } = window as unknown as { posthog: Library }
    posthog.capture('last words')
  })
  await page.goto('about:blank')
  await expectCount(1, 'last words')
  expect(problems).toEqual([])
  await page.context().close()
})
