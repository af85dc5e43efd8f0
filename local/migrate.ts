/** `npm run migrate`: applies the migrations that a deployment's database lacks. Reads DATABASE_URL. */
import { parseArgs } from 'node:util'
import { causeOf, deploymentServices, fail, loadSettings } from './deployment.ts'
import { migrate } from './migrations.ts'

const { values } = parseArgs({ options: { 'env-file': { type: 'string' } } })
loadSettings(values['env-file'])
const applied = await migrate(deploymentServices().engine).catch((error) => fail(causeOf(error)))
console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'Everything is applied already.')
