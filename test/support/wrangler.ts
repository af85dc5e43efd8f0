/** In wrangler's place for `npm run setup`: notes what it was told in WRANGLER_NOTES, and deploys to DEPLOYED_TO. */
import { appendFileSync, readFileSync } from 'node:fs'

const words = process.argv.slice(2)
const { WRANGLER_NOTES = '', WRANGLER_OUTPUT_FILE_PATH, DEPLOYED_TO, WRANGLER_FAILS } = process.env
const secrets = words[0] === 'secret' ? JSON.parse(readFileSync(0, 'utf8')) : undefined
const leaked = Object.keys(process.env).filter((name) => /^(DATABASE_URL|QSTASH_|UPSTASH_)/.test(name))
appendFileSync(WRANGLER_NOTES, `${JSON.stringify({ words, secrets, leaked })}\n`)
if (WRANGLER_FAILS) process.exit(1)
if (words[0] === 'deploy' && WRANGLER_OUTPUT_FILE_PATH)
  appendFileSync(WRANGLER_OUTPUT_FILE_PATH, `${JSON.stringify({ type: 'deploy', targets: [DEPLOYED_TO] })}\n`)
