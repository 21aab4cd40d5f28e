// Where the recordings of one test lie, and whether they may be written: given to a service by its door, used by what records.

export interface RecordingPlace {
  /** The folder `__recordings__`: beside the test file, or below the working directory. */
  readonly folder: string
  /** What a recording without a name is called after: the test's full name. */
  readonly test: string
  /** The test file, where there is one. */
  readonly file?: string
  /**
   * As Vitest has it for snapshots: 'new' writes what is missing, 'all' (`vitest -u`) also what is there, 'none' (CI) nothing.
   */
  readonly update: 'new' | 'all' | 'none'
}
