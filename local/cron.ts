import { readFileSync } from 'node:fs'
import { CronExpressionParser } from 'cron-parser'

/** Calls the worker's cron at the times of wrangler.toml, as Cloudflare does. Returns a function that stops it. */
export function fireCron(workerUrl: string, log: (line: string) => void): () => Promise<void> {
  const text = readFileSync(new URL('../wrangler.toml', import.meta.url), 'utf8')
  const [, list = ''] = text.match(/^crons = \[(.*)\]/m) ?? []
  const expressions = [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '')
  const timers = new Map<string, NodeJS.Timeout>()
  const plan = (expression: string) => {
    const wait = CronExpressionParser.parse(expression, { tz: 'UTC' }).next().getTime() - Date.now()
    const timer = setTimeout(async () => {
      plan(expression)
      const url = `${workerUrl}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(expression)}`
      const status = await fetch(url)
        .then((response) => response.status)
        .catch(() => 'no answer')
      log(`${expression} -> ${status}`)
    }, wait)
    timers.set(expression, timer)
  }
  for (const expression of expressions) plan(expression)
  return async () => {
    for (const timer of timers.values()) clearTimeout(timer)
  }
}
