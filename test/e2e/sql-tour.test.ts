/** The commands of README.md about SQL work as they stand, on events of the demo project. */
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KEY, TOKEN } from '../../local/credentials.ts'
import { DEMO_INSIGHTS } from '../../local/demo/insights.ts'
import { demoEvents } from '../../local/demo/world.ts'
import { ROOT } from '../../scripts/modules.ts'
import { type Deployment, startDeployment } from '../support/deployment.ts'

const hasTools = ['bash', 'curl', 'jq'].every((tool) => spawnSync(tool, ['--version']).error === undefined)

/** A command begins with `$ `; the lines that are further in go on with it, and the others are its output. */
function commandsOf(section: string): string[] {
  const text = readFileSync(resolve(ROOT, 'README.md'), 'utf8')
  const [, of = ''] = text.split(`\n## ${section}\n`)
  const commands: string[] = []
  for (const line of (of.split('\n## ')[0] ?? '').split('\n'))
    if (line.startsWith('    $ ')) commands.push(line.slice(6))
    else if (line.startsWith('      ')) commands.push(`${commands.pop()}\n${line.slice(4)}`)
  return commands
}

let deployment: Deployment
beforeAll(async () => {
  deployment = await startDeployment()
  // enough of them for every question
  const batch = demoEvents(new Date()).slice(-6_000)
  await post('/batch/', { api_key: TOKEN, batch: batch.slice(0, 3_000) })
  await post('/batch/', { api_key: TOKEN, batch: batch.slice(3_000) })
  for (const insight of DEMO_INSIGHTS) await post('/api/projects/1/insights/', insight)
})
afterAll(() => deployment.close())

async function post(path: string, body: object): Promise<void> {
  const response = await fetch(deployment.url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(await response.text())
}

test.runIf(hasTools)('each command answers', async () => {
  const commands = commandsOf('Ask in SQL')
  expect(commands.length).toBe(9)
  const env = { ...process.env, EDGEHOG: deployment.url, KEY: `Authorization: Bearer ${KEY}` }
  const script = commands.map((command) => `${command}\necho; echo =====`).join('\n')
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { env })
  const outputs = stdout.split('=====\n').slice(0, -1)
  const [, byDay = '', byCountry, joined, weeks, wrong, saved, , variable] = outputs.map((output) => output.trim())
  expect(byDay).toMatch(/^day,events,people\r?\n\d{4}-\d\d-\d\d,\d+,\d+/)
  expect(byCountry).toMatch(/^country,purchases,revenue\r?\n\w*,\d+,\d+/)
  expect(joined).toMatch(/^buyers,days\r?\n\d+,/)
  expect(weeks).toMatch(/^week,people,more\r?\n\d{4}-\d\d-\d\d,\d+/)
  expect(wrong).toContain('Unable to resolve field: evnt. Did you mean: event?')
  expect(saved).toContain('{"name":"The busiest hours","columns":["hour","views"]')
  expect(variable).toMatch(/^\{"results":\[\[\d+\]\],"hogql":"select count\(\) as customers .*= 'business'"\}$/)
})
