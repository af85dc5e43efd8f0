import { ApiError, invalid } from '../../core/errors.ts'

export const UNCOMPUTABLE = 'This insight cannot be computed as it is. Its makers see why.'

/** What is wrong with a query tells what it is made of: a viewer learns that something is. */
export const withoutCause = <E>(error: E): E | ApiError =>
  error instanceof ApiError && error.status === 400 && error.code !== 'result_too_large'
    ? invalid(null, UNCOMPUTABLE, error.code)
    : error
