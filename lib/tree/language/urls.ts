import type { FunctionResults } from './results.ts'

/** Functions of addresses. */
export const URL_FUNCTIONS = {
  protocol: 'text',
  domain: 'text',
  domainWithoutWWW: 'text',
  topLevelDomain: 'text',
  firstSignificantSubdomain: 'text',
  cutToFirstSignificantSubdomain: 'text',
  cutToFirstSignificantSubdomainWithWWW: 'text',
  /** (address, port where there is none) */
  port: 'float',
  path: 'text',
  pathFull: 'text',
  queryString: 'text',
  fragment: 'text',
  queryStringAndFragment: 'text',
  netloc: 'text',
  extractURLParameter: 'text',
  extractURLParameters: 'json',
  extractURLParameterNames: 'json',
  URLHierarchy: 'json',
  URLPathHierarchy: 'json',
  cutWWW: 'text',
  cutQueryString: 'text',
  cutFragment: 'text',
  cutQueryStringAndFragment: 'text',
  /** (address, name or array of names) */
  cutURLParameter: 'text',
  encodeURLComponent: 'text',
  encodeURLFormComponent: 'text',
  decodeURLComponent: 'text',
  decodeURLFormComponent: 'text',
} as const satisfies FunctionResults
