/** The statement of a retention, or of the people behind a row of one, per dialect. `-u` writes the files; review them. */
import { expect, test } from 'vitest'
import { parseQuery } from '../../lib/nodes/index.ts'
import { RETENTION } from './cases/retention.ts'
import { printed } from './world.ts'

test.each(Object.entries(RETENTION))('%s', async (name, query) => {
  await expect(printed(parseQuery(query)).join('\n')).toMatchFileSnapshot(`./retention/${name}.sql`)
})
