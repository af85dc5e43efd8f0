/** `npm run bootstrap`: the first organization, user, project and key of a deployment. Reads DATABASE_URL. */
import { parseArgs } from 'node:util'
import { bootstrap } from '../lib/resources/bootstrap.ts'
import { deploymentServices } from './deployment.ts'

const USAGE = 'npm run bootstrap -- --email you@example.com [--organization "Your company"] [--project "Your product"]'

const { values } = parseArgs({
  options: {
    email: { type: 'string' },
    organization: { type: 'string', default: 'My organization' },
    project: { type: 'string', default: 'My project' },
  },
})
if (!values.email?.includes('@')) {
  console.error(`An e-mail address is missing.\n\n  ${USAGE}`)
  process.exit(1)
}
const { projectId, token, key } = await bootstrap(deploymentServices(), {
  email: values.email,
  organization: values.organization,
  project: values.project,
})
console.log(`project            ${projectId}
project token      ${token}
personal API key   ${key}

The key is shown this once: only its hash is stored.`)
