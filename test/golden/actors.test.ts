/** The statement of a listing of actors, per dialect. `-u` writes the files; review them. */
import { expect, test } from 'vitest'
import { parseQuery } from '../../lib/nodes/index.ts'
import { ACTORS, LISTS } from './cases/actors.ts'
import { printed } from './world.ts'

test.each(Object.entries(ACTORS))('%s', async (name, query) => {
  const node = parseQuery({ kind: 'ActorsQuery', ...query })
  await expect(printed(node).join('\n')).toMatchFileSnapshot(`./actors/${name}.sql`)
})

test.each(Object.entries(LISTS))('%s', async (name, node) => {
  await expect(printed(node).join('\n')).toMatchFileSnapshot(`./actors/${name}.sql`)
})
