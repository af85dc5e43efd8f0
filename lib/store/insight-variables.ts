import { and, asc, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { moveConfig } from './projects.ts'
import { insightVariables } from './schema.ts'

export type VariableRow = typeof insightVariables.$inferSelect
export type VariableChanges = Partial<Pick<VariableRow, 'name' | 'type' | 'default_value' | 'values'>>

/** All variables of a project, in the order in which they were made. */
export const listVariables = (db: NeonHttpDatabase, projectId: number): Promise<VariableRow[]> =>
  db
    .select()
    .from(insightVariables)
    .where(eq(insightVariables.project_id, projectId))
    .orderBy(asc(insightVariables.created_at), asc(insightVariables.id))

const ofProject = (projectId: number, id: string) =>
  and(eq(insightVariables.project_id, projectId), eq(insightVariables.id, id))

/** One variable of a project; undefined if there is none. */
export async function findVariable(
  db: NeonHttpDatabase,
  projectId: number,
  id: string,
): Promise<VariableRow | undefined> {
  const [row] = await db.select().from(insightVariables).where(ofProject(projectId, id))
  return row
}

/** A stored change: the row, if there is one, and the new `config_version` of the project. */
interface Changed {
  readonly row: VariableRow | undefined
  readonly version: number
}

/** Stores a new variable, unless the project has that many: then there is no row. */
export async function insertVariable(
  db: NeonHttpDatabase,
  projectId: number,
  userId: number,
  { name, code_name, type, default_value, values }: Pick<VariableRow, 'name' | 'code_name'> & VariableChanges,
): Promise<Changed> {
  // the version moves first: it locks the project, so that concurrent inserts cannot both pass the count
  const [versions, inserted] = await db.batch([
    moveConfig(db, projectId),
    db.execute(sql`
      insert into insight_variables (project_id, name, code_name, type, default_value, "values", created_by)
      select ${projectId}, ${name}, ${code_name}, ${type}, ${JSON.stringify(default_value ?? null)}::jsonb,
             nullif(${JSON.stringify(values ?? null)}::jsonb, 'null'), ${userId}
       where (select count(*) from insight_variables where project_id = ${projectId}) < ${MAX_VARIABLES}
      returning id`),
  ])
  const id = inserted.rows[0]?.id
  return {
    row: id === undefined ? undefined : await findVariable(db, projectId, String(id)),
    version: Number(versions[0]?.version),
  }
}

/** How many variables a project may have. */
export const MAX_VARIABLES = 1_000

/** Changes a variable. */
export async function updateVariable(
  db: NeonHttpDatabase,
  projectId: number,
  id: string,
  changes: VariableChanges,
): Promise<Changed> {
  const [rows, versions] = await db.batch([
    db.update(insightVariables).set(changes).where(ofProject(projectId, id)).returning(),
    moveConfig(db, projectId),
  ])
  return { row: rows[0], version: Number(versions[0]?.version) }
}

/** Deletes a variable. */
export async function deleteVariable(db: NeonHttpDatabase, projectId: number, id: string): Promise<Changed> {
  const [rows, versions] = await db.batch([
    db.delete(insightVariables).where(ofProject(projectId, id)).returning(),
    moveConfig(db, projectId),
  ])
  return { row: rows[0], version: Number(versions[0]?.version) }
}
