/**
 * `npm run bootstrap`: the first organization, user, project and key of a deployment, more keys, projects and members.
 * Reads DATABASE_URL.
 */

import { parseArgs } from 'node:util'
import { LEVELS } from '../lib/access/members.ts'
import { bootstrap, bootstrapMember, bootstrapProject, revokeOthers } from '../lib/resources/bootstrap.ts'
import { causeOf, deploymentServices, fail, loadSettings } from './deployment.ts'

const USAGE = `npm run bootstrap -- --email you@example.com [--organization "Your company"] [--project "Your product"]
  npm run bootstrap -- --email you@example.com --project "Another product"       makes another project
  npm run bootstrap -- --email you@example.com [--revoke-others]                 makes another key
  npm run bootstrap -- --member someone@example.com [--level member|admin|owner] --email you@example.com`

const { values } = parseArgs({
  options: {
    email: { type: 'string' },
    organization: { type: 'string', default: 'My organization' },
    project: { type: 'string' },
    member: { type: 'string' },
    level: { type: 'string', default: 'member' },
    'revoke-others': { type: 'boolean', default: false },
    'env-file': { type: 'string' },
  },
})
const { email, organization, project, member, level } = values
if (!email?.includes('@') || member?.includes('@') === false) fail(`An e-mail address is missing.\n\n  ${USAGE}`)
if (!isLevel(level)) fail(`${level} is no level.\n\n  ${USAGE}`)
loadSettings(values['env-file'])
const revokes = values['revoke-others']
// a key that is revoked must go out of the cache, too
const CACHE = revokes ? ['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN'] : []
const services = deploymentServices(['DATABASE_URL', ...CACHE])
await (member !== undefined ? addMember(member, level, email) : start(email)).catch((error) => fail(causeOf(error)))

async function start(address: string): Promise<void> {
  const added = project === undefined ? undefined : await bootstrapProject(services, { email: address, project })
  if (added) {
    if (!added.isNew) console.log(`There is a project of this name already.`)
    console.log(`project            ${added.projectId}
project token      ${added.token}

The keys of its organization reach it.`)
    return
  }
  const made = await bootstrap(services, { email: address, organization, project: project ?? 'My project' })
  if (made.otherKeys > 0) {
    const others = `${made.otherKeys} other${made.otherKeys > 1 ? 's' : ''}`
    console.log(
      `This is another key of ${address}, beside ${others}${revokes ? '' : '; --revoke-others revokes them'}.`,
    )
  }
  printKey(made)
  if (revokes) console.log(`Revoked ${await revokeOthers(services, made)} keys.`)
}

/** A user who is a member already keeps the level. */
async function addMember(address: string, wanted: keyof typeof LEVELS, owner: string): Promise<void> {
  const made = await bootstrapMember(services, { email: address, level: wanted, owner })
  const name = Object.entries(LEVELS).find(([, number]) => number === made.level)?.[0]
  console.log(`level              ${name ?? made.level}`)
  printKey(made)
}

function printKey({ projectId, token, key }: { projectId: number; token: string; key: string }): void {
  console.log(`project            ${projectId}
project token      ${token}
personal API key   ${key}

The key is shown this once: only its hash is stored.`)
}

function isLevel(word: string): word is keyof typeof LEVELS {
  return Object.hasOwn(LEVELS, word)
}
