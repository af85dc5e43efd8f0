import pg from 'pg'
import { readFileSync } from 'node:fs'
import { prepared } from './printed.ts'
import { connectionEngine } from './project.ts'
const client = new pg.Client(readFileSync('/tmp/dev-bench-url-' + process.argv[2], 'utf8')); await client.connect()
const node = JSON.parse(process.argv[3]!)
const { statements } = await prepared(connectionEngine(client, 0), node)
const all = [...statements.flatMap((s) => s.before ?? []), ...statements]
for (const { text, params } of all) await client.query({ text, values: [...params] })
for (const { text, params } of all) {
  if (process.argv[4]) console.log(text)
  const { rows } = await client.query({ text: 'explain (analyze, costs off) ' + text, values: [...params] })
  console.log(rows.map((r: any) => r['QUERY PLAN']).join('\n'), '\n')
}
await client.end()
