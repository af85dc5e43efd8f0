/** The statement of a cohort's members, per dialect. `-u` writes the files; review them. */
import { expect, test } from 'vitest'
import { COHORTS, cohortQuery } from './cases/cohorts.ts'
import { ENGINE_CONTEXT, printedSelect } from './world.ts'

const ENGINE = { ...ENGINE_CONTEXT, slots: new Map(), hasPersonBacklog: true }

test.each(Object.entries(COHORTS))('%s', async (name, leaf) => {
  await expect(printedSelect(cohortQuery(leaf), ENGINE)).toMatchFileSnapshot(`./cohorts/${name}.sql`)
})
