/** The statements of paths in every dialect. `vitest -u` writes the files anew; read the difference. */
import { expect, test } from 'vitest'
import { parseQuery } from '../../lib/nodes/index.ts'
import { PATHS } from './cases/paths.ts'
import { ENGINE_CONTEXT, printed } from './world.ts'

const WITH_ADDRESSES = {
  ...ENGINE_CONTEXT,
  slots: new Map([...ENGINE_CONTEXT.slots, ['$current_url', { index: 6, uncoded: false }] as const]),
}

test.each(Object.entries(PATHS))('%s', async (name, source) => {
  const node = parseQuery(source)
  await expect(printed(node).join('\n')).toMatchFileSnapshot(`./paths/${name}.sql`)
})

test.each(['pages', 'pages-and-names'])('%s, of which events hold the numbers of the addresses', async (name) => {
  const text = printed(parseQuery(PATHS[name]), WITH_ADDRESSES).join('\n')
  await expect(text).toMatchFileSnapshot(`./paths/${name}-coded.sql`)
})
