/**
 * `npm run bootstrap`: the first organization, user, project and key of a deployment, and more members. Reads
 * DATABASE_URL.
 */

import { parseArgs } from 'node:util'
import { LEVELS } from '../lib/access/members.ts'
import { describeError } from '../lib/core/describe-error.ts'
import { bootstrap, bootstrapMember } from '../lib/resources/bootstrap.ts'
import { deploymentServices } from './deployment.ts'

const USAGE = `npm run bootstrap -- --email you@example.com [--organization "Your company"] [--project "Your product"]
  npm run bootstrap -- --member someone@example.com [--level member|admin|owner] --email you@example.com`

const { values } = parseArgs({
  options: {
    email: { type: 'string' },
    organization: { type: 'string', default: 'My organization' },
    project: { type: 'string', default: 'My project' },
    member: { type: 'string' },
    level: { type: 'string', default: 'member' },
  },
})
const { email, organization, project, member, level } = values
if (!email?.includes('@') || member?.includes('@') === false) fail('An e-mail address is missing.')
if (!isLevel(level)) fail(`${level} is no level.`)
const services = deploymentServices()
const made = member === undefined ? bootstrap(services, { email, organization, project }) : join(member, level, email)
const { projectId, token, key } = await made.catch((error: Error) => {
  console.error(describeError(error))
  process.exit(1)
})
console.log(`project            ${projectId}
project token      ${token}
personal API key   ${key}

The key is shown this once: only its hash is stored.`)

/** A user who is a member already keeps the level. */
async function join(member: string, level: keyof typeof LEVELS, owner: string) {
  const made = await bootstrapMember(services, { email: member, level, owner })
  const name = Object.entries(LEVELS).find(([, number]) => number === made.level)?.[0]
  console.log(`level              ${name ?? made.level}`)
  return made
}

function isLevel(word: string): word is keyof typeof LEVELS {
  return Object.hasOwn(LEVELS, word)
}

function fail(message: string): never {
  console.error(`${message}\n\n  ${USAGE}`)
  process.exit(1)
}
