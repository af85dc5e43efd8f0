/** The text of each function of a table, made of the texts of its arguments, which stand alone in brackets where they must. */
export type Printed<Functions> = { readonly [Name in keyof Functions]: (args: readonly string[]) => string }
