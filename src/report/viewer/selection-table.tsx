// Why a reply was chosen: each candidate with its score, what gave it, and why it was left.

interface Part {
  readonly criterion: string
  readonly met: boolean
  readonly points: number
  readonly detail: string
}

interface Candidate {
  readonly name: string
  readonly score: number
  readonly rejected?: string
  readonly parts: readonly Part[]
}

/** `note`: a note of type 'selected' as the timeline holds it; a recording may hold anything. */
export function SelectionTable({ note }: { note: unknown }) {
  const why = fieldOf(note, 'why')
  const chosen = textOf(fieldOf(why, 'chosen'))
  const asked = textOf(fieldOf(fieldOf(why, 'asked'), 'text'))
  const candidates = candidatesOf(why).toSorted(
    (a, b) => Number(b.name === chosen) - Number(a.name === chosen) || b.score - a.score,
  )
  return (
    <section class="selection" aria-label="Scores of the replies">
      <h3>{chosen === '' ? 'No reply fits' : `Reply “${chosen}”`}</h3>
      <p class="quiet">
        rule: {textOf(fieldOf(why, 'rule')) || 'unknown'}
        {asked !== '' && ` · for “${asked}”`}
      </p>
      {candidates.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Reply</th>
              <th scope="col" class="number">
                Score
              </th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {candidates.map(({ name, score, rejected, parts }) => (
              <tr key={name} class={name === chosen ? 'chosen' : undefined}>
                <th scope="row">{name}</th>
                <td class="number">{score}</td>
                <td>
                  {rejected ?? parts.map(({ criterion, points, detail }) => `${criterion} ${detail} +${points}`).join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function candidatesOf(why: unknown): Candidate[] {
  return listOf(fieldOf(why, 'candidates')).map((candidate) => {
    const rejected = textOf(fieldOf(candidate, 'rejected'))
    return {
      name: textOf(fieldOf(candidate, 'name')),
      score: Number(fieldOf(candidate, 'score')) || 0,
      ...(rejected === '' ? {} : { rejected }),
      parts: listOf(fieldOf(candidate, 'parts')).map((part) => ({
        criterion: textOf(fieldOf(part, 'criterion')),
        met: fieldOf(part, 'met') === true,
        points: Number(fieldOf(part, 'points')) || 0,
        detail: textOf(fieldOf(part, 'detail')),
      })),
    }
  })
}
