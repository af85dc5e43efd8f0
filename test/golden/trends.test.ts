/** What each dialect prints. `vitest -u` writes the files anew; read the difference before it is committed. */
import { expect, test } from 'vitest'
import { parseQuery } from '../../lib/nodes/index.ts'
import { TRENDS } from './cases/trends.ts'
import { printed } from './world.ts'

test.each(Object.entries(TRENDS))('%s', async (name, source) => {
  const node = parseQuery({ kind: 'TrendsQuery', ...source })
  const texts = printed(node)
  await expect(texts.join('\n')).toMatchFileSnapshot(`./trends/${name}.sql`)
})
