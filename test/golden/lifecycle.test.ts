/** The statements of lifecycles in every dialect. `vitest -u` writes the files anew; read the difference. */
import { expect, test } from 'vitest'
import { parseQuery } from '../../lib/nodes/index.ts'
import { LIFECYCLE } from './cases/lifecycle.ts'
import { printed } from './world.ts'

test.each(Object.entries(LIFECYCLE))('%s', async (name, source) => {
  await expect(printed(parseQuery(source)).join('\n')).toMatchFileSnapshot(`./lifecycle/${name}.sql`)
})
