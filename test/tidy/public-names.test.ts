// Every public name is a decision: adding or losing one shows here.

import { expect, test } from 'vitest'
import { entrySources, exportedNames } from './public-names.ts'

test('the entries export exactly these names', async () => {
  const lines = [...entrySources()].flatMap(([subpath, source]) => [
    subpath,
    ...exportedNames(source).map((name) => `  ${name}`),
    '',
  ])
  await expect(lines.join('\n')).toMatchFileSnapshot('public-names.txt')
})
