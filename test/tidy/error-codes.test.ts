// Each error code is explained in the README, in the words of src/errors.ts.

import { expect, test } from 'vitest'
import { errorCodes } from '../../src/errors.ts'
import { readProjectFile } from './project-files.ts'

test('the README has a row for every error code, and for no other', () => {
  const rows = readProjectFile('README.md').match(/^\| `RTK_[A-Z_]+` \|.*$/gm) ?? []
  expect(rows).toEqual(Object.entries(errorCodes).map(([code, [happened, mend]]) => `| \`${code}\` | ${happened} | ${mend} |`))
})
