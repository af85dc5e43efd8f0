/** A cell of a table for spreadsheets. */
export type Cell = string | number | boolean | null
