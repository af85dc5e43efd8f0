import { writeFileSync } from 'node:fs'
import pg from 'pg'
import { migrate } from '../local/migrations.ts'
import { loadEvents } from './data.ts'
import { startPostgres } from './postgres.ts'
import { connectionEngine } from './project.ts'

const server = await startPostgres(['max_parallel_workers_per_gather=0'])
writeFileSync('/tmp/dev-bench-url-' + process.argv[2], server.url)
const client = new pg.Client(server.url)
await client.connect()
await migrate(connectionEngine(client))
await loadEvents(server, client, Number(process.argv[2]), console.log)
console.log(server.url)
setInterval(() => {}, 1e6)
