import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KEY } from '../../local/credentials.ts'
import { type Deployment, startDeployment } from '../support/deployment.ts'

let deployment: Deployment
let browser: Browser

beforeAll(async () => {
  deployment = await startDeployment()
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '', args: ['--no-sandbox'] })
})
afterAll(async () => {
  await browser?.close()
  await deployment?.close()
})

test.each(['light', 'dark'] as const)('the API can be tried on its page: %s', async (colorScheme) => {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1200, height: 900 } })
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(deployment.url)) problems.push(request.url())
  })
  await page.goto(`${deployment.url}/docs`)
  await expect.poll(() => page.locator('.opblock-tag').first().textContent(), { timeout: 10_000 }).toBe('capture')
  // what is in sight only is there
  await page.locator('.operation-filter-input').fill('insights')
  await expect
    .poll(() => page.locator('.opblock-tag').allTextContents(), { timeout: 10_000 })
    .toEqual(['insights', 'shared insights'])
  expect(await page.locator('.opblock').count()).toBeGreaterThan(5)
  expect(await page.locator('html.dark-mode').count()).toBe(colorScheme === 'dark' ? 1 : 0)

  await page.locator('.auth-wrapper .authorize').first().click()
  await page.locator('.auth-container input').first().fill(KEY)
  await page.locator('.auth-container button.authorize').first().click()
  await page.locator('.auth-container .btn-done').first().click()
  const list = page.locator('#operations-insights-get_api_projects_by_project_id_insights')
  await list.locator('.opblock-summary-control').click()
  // the example of the operation is filled in
  expect(await list.locator('tr[data-param-name=project_id] input').inputValue()).toBe('@current')
  await list.locator('button.execute').click()
  const answer = list.locator('.live-responses-table .response')
  await answer.waitFor()
  expect((await answer.locator('.response-col_status').textContent())?.trim()).toMatch(/^200/)
  expect(await answer.textContent()).toContain('"count"')
  expect(problems).toEqual([])
  await page.close()
})
