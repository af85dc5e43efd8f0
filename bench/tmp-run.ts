import { readFileSync } from 'node:fs'
import pg from 'pg'
import { measurePartials } from './partials.ts'

const client = new pg.Client(readFileSync('/tmp/dev-bench-url-' + process.argv[2], 'utf8'))
await client.connect()
for (const r of await measurePartials(client, Number(process.argv[4] ?? 3), process.argv[3] ?? ''))
  console.log(
    r.name.padEnd(36),
    'whole',
    r.whole.toFixed(1),
    'cold',
    r.cold.toFixed(1),
    (r.whole / r.cold).toFixed(2),
    'newest',
    r.newest.toFixed(2),
    (r.whole / r.newest).toFixed(1),
    'late',
    r.late.toFixed(2),
    'unchanged',
    r.unchanged.toFixed(2),
    (r.whole / r.unchanged).toFixed(1),
  )
await client.end()
