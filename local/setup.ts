/**
 * `npm run setup`: from seven values to a deployment. Checks each value against its service, makes the tables, the first
 * project and key, gives the worker its secrets, deploys it, and asks it how it is. Safe to run again.
 */
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { bootstrap } from '../lib/resources/bootstrap.ts'
import { type Check, checkDatabase, checkQueue, checkRedis } from '../lib/resources/health/checks.ts'
import type { Services } from '../lib/services.ts'
import { countUsers } from '../lib/store/bootstrap.ts'
import { causeOf, deploymentServices, fail, loadSettings } from './deployment.ts'
import { migrate } from './migrations.ts'
import { deploy } from './setup/cloudflare.ts'
import { askOr, completeSecrets, SECRETS } from './setup/settings.ts'

const USAGE = `npm run setup [-- --env-file FILE] [--env staging] [--email you@example.com] [--organization "Your company"]
  [--project "Your product"] [--no-deploy]

Reads the seven values from the environment and from FILE (.env, or .env.NAME with --env NAME), and asks for the others.
EDGEHOG_KEY, a key of the deployment, lets a later run ask it how it is; PUBLIC_URL, if set, is its address.`

const { values: options } = parseArgs({
  options: {
    'env-file': { type: 'string' },
    env: { type: 'string' },
    email: { type: 'string' },
    organization: { type: 'string' },
    project: { type: 'string' },
    deploy: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
  allowNegative: true,
})
if (options.help) {
  console.log(USAGE)
  process.exit(0)
}

const UP_WITHIN_MS = 90_000

await setUp().catch((error) => fail(causeOf(error)))

async function setUp(): Promise<void> {
  // the values of production must not become those of another environment
  loadSettings(options['env-file'], options.env ? `.env.${options.env}` : '.env')
  await completeSecrets()
  const services = deploymentServices(Object.keys(SECRETS))
  report([(await checkDatabase(services)).check, (await checkRedis(services)).check, await checkQueue(services)])
  const applied = await migrate(services.engine)
  console.log(
    `✓ tables    ${applied.length > 0 ? `Applied ${applied.length} migrations.` : 'Everything is applied already.'}`,
  )
  const key = (await firstKey(services)) ?? process.env.EDGEHOG_KEY
  if (!options.deploy) return console.log('\nNot deployed: `npm run setup` again without --no-deploy does the rest.')
  const target = { env: options.env, wrangler: process.env.EDGEHOG_WRANGLER }
  const [found] = await deploy(target, process.env.PUBLIC_URL)
  const url = process.env.PUBLIC_URL ?? found
  if (!url) fail('It is deployed, but wrangler named no address: give it a route or workers_dev in wrangler.toml.')
  await ask(url, key)
}

/** Prints what was found. Ends the process if something failed. */
function report(checks: readonly Check[]): void {
  for (const { name, status, detail, advice, latency_ms: ms } of checks) {
    const mark = { ok: '✓', warning: '!', failed: '✗' }[status]
    console.log(
      `${mark} ${name.padEnd(9)} ${[detail, advice].filter(Boolean).join(' ')}${ms === null ? '' : ` (${ms} ms)`}`,
    )
  }
  if (checks.some(({ status }) => status === 'failed')) fail('\nMend that, then run this again.')
}

/** Makes the first organization, user, project and key; undefined if somebody is there. */
async function firstKey(services: Services): Promise<string | undefined> {
  if ((await countUsers(services.db)) > 0) {
    console.log('✓ accounts  There are some already; `npm run bootstrap` makes more keys, projects and members.')
    return undefined
  }
  const email = await askOr(options.email, 'Your e-mail address: ', '')
  if (!email.includes('@')) fail('An e-mail address is missing: --email you@example.com')
  const organization = await askOr(options.organization, 'Your organization [My organization]: ', 'My organization')
  const project = await askOr(options.project, 'Your product [My project]: ', 'My project')
  const made = await bootstrap(services, { email, organization, project })
  console.log(`✓ accounts

  project            ${made.projectId}
  project token      ${made.token}
  personal API key   ${made.key}

The key is shown this once: only its hash is stored.
`)
  return made.key
}

/** Waits until the worker answers, and asks it how everything behind it is. */
async function ask(url: string, key: string | undefined): Promise<void> {
  console.log(`\nDeployed to ${url}; waiting for it to answer.`)
  const deadline = Date.now() + UP_WITHIN_MS
  for (;;) {
    const answer = await fetch(`${url}/_health`).catch(() => undefined)
    if (answer?.ok) break
    if (Date.now() > deadline)
      fail(`${url}/_health does not answer: ${answer ? `HTTP ${answer.status}` : 'nobody is there'}.`)
    await setTimeout(1_000)
  }
  if (!key) return console.log(`It is up. With a key in EDGEHOG_KEY this asks ${url}/_health?deep=1, too.`)
  const answer = await fetch(`${url}/_health?deep=1`, { headers: { Authorization: `Bearer ${key}` } })
  const { checks, detail } = (await answer.json()) as { checks?: Check[]; detail?: string }
  if (!checks) fail(`${url}/_health?deep=1 answers: ${detail}`)
  report(checks)
  console.log(`\nAll is well. Open ${url} for the snippet of your pages, and ${url}/docs/ for the API.`)
}
