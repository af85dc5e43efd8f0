import { ApiError } from '../core/errors.ts'

/**
 * 400: an expression that cannot be read (`hogql_syntax_error`) or makes no sense (`hogql_error`), and where. `attr`: the
 * place of the text in the request; '' for the text of a whole query, which needs none.
 */
export const hogqlError = (detail: string, at: number, attr: string, code = 'hogql_error') =>
  new ApiError('validation_error', code, `${detail} (at character ${at + 1})`, { status: 400, attr: attr || null })

export const hogqlSyntaxError = (detail: string, at: number, attr: string) =>
  hogqlError(detail, at, attr, 'hogql_syntax_error')
