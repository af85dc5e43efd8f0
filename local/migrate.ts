/** `npm run migrate`: applies the migrations that a deployment's database lacks. Reads DATABASE_URL. */
import { deploymentEngine } from './deployment.ts'
import { migrate } from './migrations.ts'

const applied = await migrate(deploymentEngine())
console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'Everything is applied already.')
