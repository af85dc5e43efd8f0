/** Names that a client gave and that nobody ever sent to the project. */
import type { Statement } from '../../core/statement.ts'
import type { GivenName } from '../../plan/context.ts'

/** Programs make up names of properties; a project that has so many has more, which are not defined. */
const MOST_DEFINED = 2_000
/** How many names of about the same length are given with one that is unseen. */
const MOST_KNOWN = 300

/** A row `d` of `property_definitions` is of the sort of a row `g` of `given`. */
const HAS_PROPERTY = `(g."of" = 'property' or (d.type = case g."of" when 'event' then 1 when 'person' then 2 else 3 end
        and d.group_type_index = case when g."of" like 'group%' then right(g."of", 1)::int2 else -1 end))`

/** Common tables `given` and `unseen` with the columns "of" and `name`, of a project ($1) and of `givenPairs` in a parameter. */
export const unseenTables = (parameter: `$${number}`) => `
  given as (select v ->> 0 as "of", v ->> 1 as name from jsonb_array_elements(${parameter}::jsonb) v),
  unseen as (
    select g."of", g.name from given g where g."of" = 'name'
       and not exists (select from dictionary d where d.project = $1 and d.key = '$event' and d.value = g.name)
    union all select g."of", g.name from given g where g."of" <> 'name'
       and not exists (select from property_definitions d where d.project = $1 and d.name = g.name and ${HAS_PROPERTY})
       and (select count(*) from (select from property_definitions where project = $1 limit ${MOST_DEFINED}) d) < ${MOST_DEFINED})`

/** Lists of "of", name and known names, as JSON. */
export const UNSEEN_WITH_KNOWN = `select coalesce(jsonb_agg(jsonb_build_array(g."of", g.name, n.known)), '[]') from unseen g,
       lateral (select coalesce(jsonb_agg(c.name), '[]') as known from (
         select name from (
           select d.name from event_definitions d where g."of" = 'name' and d.project = $1
           union all
           select d.name from property_definitions d where g."of" <> 'name' and d.project = $1 and ${HAS_PROPERTY}) d
          where abs(length(d.name) - length(g.name)) <= length(g.name) / 3 + 1
          order by d.name limit ${MOST_KNOWN}) c) n`

export const givenPairs = (names: readonly GivenName[]): string =>
  JSON.stringify(names.map(({ of, name }) => [of, name]))

/** The names that are unseen still: rows with "of" and `name`. */
export const stillUnseen = (projectId: number, names: readonly GivenName[]): Statement => ({
  text: `with ${unseenTables('$2')} select "of", name from unseen`,
  params: [projectId, givenPairs(names)],
})
