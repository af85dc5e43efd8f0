/** The statements of stickiness in every dialect. `vitest -u` writes the files anew; read the difference. */
import { expect, test } from 'vitest'
import { parseQuery } from '../../lib/nodes/index.ts'
import { STICKINESS } from './cases/stickiness.ts'
import { printed } from './world.ts'

test.each(Object.entries(STICKINESS))('%s', async (name, source) => {
  await expect(printed(parseQuery(source)).join('\n')).toMatchFileSnapshot(`./stickiness/${name}.sql`)
})
